package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.PostgresServer;
import dev.ringback.support.QuickStart;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.StompUser;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A rolling upgrade from an older jar, and the way back, under load: both versions on one database and the newer schema.
/// `deploy/upgrade-test` makes the older jar and runs this.
@EnabledIfSystemProperty(named = UpgradeFaultTest.OLDER_JAR, matches = ".+", disabledReason = "needs an older jar: deploy/upgrade-test")
class UpgradeFaultTest {
    static final String OLDER_JAR = "ringback.upgrade.from";

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int CALLERS = 4;
    private static final int CALLS_UNTIL_STATEMENTS_ARE_PREPARED = 200;
    private static final int TERMINATED = 128 + 15;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger made = new AtomicInteger();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder = Path.of("");

    @Test
    @Timeout(600)
    void bothVersionsShareOneDatabaseAndEitherMayBeStopped() throws Exception {
        try (var database = PostgresServer.start(folder.resolve("postgres"));
                var rooms = new FakeRooms();
                var pushes = new FakePushes();
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var older = older(database, rooms, pushes, "older");
            try (older) {
                var load = load(callers, older.port());
                await().atMost(PATIENCE).until(() -> made.get() >= CALLS_UNTIL_STATEMENTS_ARE_PREPARED);
                var ringing = ring(older.port(), "from-before");
                // migrates while the older one works
                try (var newer = newer(database, rooms, pushes)) {
                    int madeBefore = made.get();
                    await().atMost(PATIENCE)
                            .until(() -> made.get() >= madeBefore + CALLS_UNTIL_STATEMENTS_ARE_PREPARED);
                    accepted(newer.port(), ringing, "from-before");
                    oneRingsTheOther(older.port(), newer.port(), "to-newer");
                    oneRingsTheOther(newer.port(), older.port(), "to-older");
                    stopLoad(load);
                    oneTakesOverWhatTheOtherHadInHand(older, newer.port(), pushes, "older");
                    wayBack(database, rooms, pushes, newer);
                }
            }
        }
        assertThat(refused).isEmpty();
    }

    /// An older node comes back beside the newer one, which is then stopped.
    private void wayBack(PostgresServer database, FakeRooms rooms, FakePushes pushes, ServiceProcess newer)
            throws Exception {
        try (var older = older(database, rooms, pushes, "older-again");
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            oneRingsTheOther(newer.port(), older.port(), "way-back");
            oneTakesOverWhatTheOtherHadInHand(newer, older.port(), pushes, "newer");
            over.set(false);
            int madeBefore = made.get();
            var load = load(callers, older.port());
            await().atMost(PATIENCE).until(() -> made.get() >= madeBefore + CALLERS);
            stopLoad(load);
            older.terminate();
            assertThat(older.exitCode()).isEqualTo(TERMINATED);
        }
    }

    /// Who is called listens at the one node and answers there, the caller is at the other.
    private static void oneRingsTheOther(int callers, int calleds, String name) throws Exception {
        var call = ring(callers, name);
        try (var called = StompUser.connected(calleds, name)) {
            assertThat(called.next("incoming_call").get("call_id")).isEqualTo(call.get("call_id"));
            accepted(calleds, call, name);
        }
        Api.user(callers, callerOf(name)).command("end", call).mustBe(200);
        assertThat(Api.user(calleds, name).read(call).get("state").asString()).isEqualTo("ended");
    }

    /// The pushes of the one that is killed have no answer yet: the other one sends them, and times the calls out.
    private static void oneTakesOverWhatTheOtherHadInHand(ServiceProcess killed, int other, FakePushes pushes,
            String name)
            throws InterruptedException {
        var never = new CompletableFuture<@Nullable Void>();
        pushes.answerWhen(push -> push.node().startsWith(name) ? never : FakePushes.now());
        var called = "in-hand-of-" + name;
        register(other, called);
        var call = Api.user(killed.port(), callerOf(called))
                .initiate("{\"called_id\":\"%s\",\"ring_timeout\":20}".formatted(called));
        await().atMost(PATIENCE).until(() -> rings(pushes, call).anyMatch(push -> push.node().startsWith(name)));
        killed.kill();
        await().atMost(PATIENCE).until(() -> rings(pushes, call).anyMatch(push -> !push.node().startsWith(name)));
        never.complete(null);
        await().atMost(PATIENCE)
                .until(() -> Api.user(other, called).read(call).get("reason").asString("").equals("timeout"));
    }

    private static Stream<FakePushes.Push> rings(FakePushes pushes, JsonNode call) {
        return pushes.pushes().stream().filter(push -> push.isRing() && push.callId().equals(Records.idOf(call)));
    }

    private static JsonNode ring(int port, String called) {
        register(port, called);
        return Api.user(port, callerOf(called))
                .initiate("{\"called_id\":\"%s\",\"ring_timeout\":180}".formatted(called));
    }

    private static void accepted(int port, JsonNode call, String called) {
        Api.user(port, called).command("ringing", call, ",\"device_id\":\"phone\"").mustBe(204);
        Api.user(port, called).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
    }

    private static void register(int port, String user) {
        Api.user(port, user)
                .post("/api/push/register", "{\"platform\":\"android\",\"token\":\"%s\",\"device_id\":\"phone\"}"
                        .formatted(FakePushes.tokenOf(user)))
                .mustBe(200);
    }

    private static String callerOf(String user) {
        return "caller-of-" + user;
    }

    private List<CompletableFuture<Void>> load(ExecutorService callers, int port) {
        var load = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < CALLERS; i++) {
            var name = "load-" + port + "-" + i;
            load.add(CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    call(port, name);
                }
            }, callers));
        }
        return load;
    }

    private void call(int port, String name) {
        try {
            var call = ring(port, name);
            accepted(port, call, name);
            Api.user(port, callerOf(name)).command("end", call).mustBe(200);
            made.incrementAndGet();
        } catch (AssertionError | UncheckedIOException failure) {
            refused.add(Objects.toString(failure.getMessage()));
        }
    }

    private void stopLoad(List<CompletableFuture<Void>> load) {
        over.set(true);
        load.forEach(CompletableFuture::join);
    }

    private ServiceProcess older(PostgresServer database, FakeRooms rooms, FakePushes pushes, String name)
            throws Exception {
        return node(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar",
                Path.of(System.getProperty(OLDER_JAR)).toAbsolutePath().toString()), database, rooms, pushes, name);
    }

    private ServiceProcess newer(PostgresServer database, FakeRooms rooms, FakePushes pushes) throws Exception {
        return node(QuickStart.program(), database, rooms, pushes, "newer");
    }

    private ServiceProcess node(List<String> program, PostgresServer database, FakeRooms rooms, FakePushes pushes,
            String name) throws Exception {
        var settings = new ArrayList<>(database.settings());
        settings.addAll(rooms.settings(name));
        settings.addAll(pushes.settings(name));
        settings.addAll(List.of("ringback.call.fail-fast=false", "ringback.delivery.repeat-after=10m"));
        return ServiceProcess.launch(folder, ServiceProcess.freePort(), program, settings.toArray(String[]::new))
                .awaitReady();
    }
}
