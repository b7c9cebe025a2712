package dev.ringback.faults;

import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.PostgresServer;
import dev.ringback.support.QuickStart;
import dev.ringback.support.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Two nodes of the service on one PostgreSQL, with the providers in this process: all of it can be killed.
final class Cluster implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofMinutes(3);
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final long LOOK_MS = 100;

    private final PostgresServer postgres;
    private final FakeRooms rooms = new FakeRooms();
    private final FakePushes pushes = new FakePushes();
    private final List<String> settings;
    private final List<Node> nodes;
    private final List<Kill> kills = new CopyOnWriteArrayList<>();
    private final List<Outage> outages = new ArrayList<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
    private final Clock clock = Clock.systemUTC();
    private volatile boolean databaseUp = true;
    private @Nullable Instant outageSince;

    /// A process that was ended.
    ///
    /// @param at when nothing was left of it; for the database, when it was back
    /// @param node null: the database
    record Kill(Instant at, @Nullable String node) {}

    /// A time in which nobody could serve: no node was ready, or the database was down.
    record Outage(Instant from, Instant to) {}

    /// @param settings for both nodes, beside those of the database and the providers
    Cluster(Path folder, List<String> settings) throws IOException, InterruptedException {
        postgres = PostgresServer.start(folder.resolve("data"));
        this.settings = settings;
        var program = QuickStart.program();
        nodes = List.of(new Node("one", ServiceProcess.freePort(), folder, program),
                new Node("two", ServiceProcess.freePort(), folder, program));
        var _ = looking.scheduleWithFixedDelay(this::look, 0, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    Cluster startBoth() throws IOException {
        for (var node : nodes) {
            launch(node);
        }
        awaitBoth();
        return this;
    }

    void launch(Node node, String... more) throws IOException {
        var all = new ArrayList<>(postgres.settings());
        all.addAll(rooms.settings(node.name()));
        all.addAll(pushes.settings(node.name()));
        all.addAll(settings);
        all.addAll(List.of(more));
        node.launch(all);
    }

    void awaitBoth() {
        await().atMost(STARTUP).until(() -> nodes.stream().allMatch(Node::isReady));
    }

    void kill(Node node) throws InterruptedException {
        node.kill();
        kills.add(new Kill(clock.instant(), node.name()));
        look();
    }

    void killDatabase() throws IOException, InterruptedException {
        databaseUp = false;
        look();
        postgres.kill();
        postgres.start();
        kills.add(new Kill(clock.instant(), null));
        // the nodes' pools try again at intervals of up to the time that a request may wait for a connection
        await().atMost(RECOVERY).until(() -> nodes.stream().filter(Node::isReady).anyMatch(Cluster::answers));
        databaseUp = true;
        look();
    }

    /// Whether it answers what only the database can tell.
    private static boolean answers(Node node) {
        try {
            return Api.user(node.port(), "anybody").get("/api/call/active").status() == 200;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    Node node(int number) {
        return nodes.get(number % nodes.size());
    }

    Collection<Node> nodes() {
        return nodes;
    }

    Api api(int node, String userId) {
        return Api.user(node(node).port(), userId);
    }

    PostgresServer postgres() {
        return postgres;
    }

    boolean databaseIsUp() {
        return databaseUp;
    }

    FakeRooms rooms() {
        return rooms;
    }

    FakePushes pushes() {
        return pushes;
    }

    List<Kill> kills() {
        return List.copyOf(kills);
    }

    /// The one that lasts is left out.
    synchronized List<Outage> outages() {
        return List.copyOf(outages);
    }

    @Override
    public void close() throws IOException {
        looking.shutdownNow();
        nodes.forEach(Node::close);
        postgres.close();
        pushes.close();
        rooms.close();
    }

    private void look() {
        nodes.forEach(Node::look);
        note(databaseUp && nodes.stream().anyMatch(Node::isReady));
    }

    private synchronized void note(boolean serving) {
        if (!serving && outageSince == null) {
            outageSince = clock.instant();
        } else if (serving && outageSince != null) {
            outages.add(new Outage(outageSince, clock.instant()));
            outageSince = null;
        }
    }
}
