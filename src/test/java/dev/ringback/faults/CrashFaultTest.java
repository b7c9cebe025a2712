package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Calls go on while processes die, and nothing that was promised breaks.
///
/// `-Dringback.faults.kills=1000` makes a long run, `-Dringback.faults.seed=` one that chooses as an earlier one did.
class CrashFaultTest {
    private static final int KILLS = Integer.getInteger("ringback.faults.kills", 50);
    private static final long SEED = Objects.requireNonNullElseGet(Long.getLong("ringback.faults.seed"),
            () -> new Random().nextLong(1_000_000));
    private static final Duration SETTLING = Duration.ofMinutes(1);
    private static final List<String> SETTINGS = List.of("ringback.call.fail-fast=false",
            "ringback.call.redial-window=10s");

    @TempDir
    private Path folder;

    @Test
    void killsBreakNoPromise() throws Exception {
        var report = new Report();
        System.out.println("Crash suite: " + KILLS + " kills, seed " + SEED);
        try (var cluster = new Cluster(folder, SETTINGS)) {
            report.took("database, class cache");
            cluster.startBoth();
            report.took("two nodes");
            var ledger = new Ledger(cluster.postgres());
            var crowd = new Crowd(cluster, SEED);
            History history;
            try (var watch = new Watch(cluster, ledger)) {
                crowd.start();
                new Killer(cluster, SEED).kill(KILLS);
                report.took("kills");
                crowd.stop();
                cluster.awaitBoth();
                await().atMost(SETTLING).until(() -> ledger.open() == 0);
                new Reunion(cluster, crowd.records()).of(Crowd.users());
                report.took("settling, reunion");
                history = history(cluster, ledger, crowd.records(), watch);
            }
            report.summary(history, SEED, crowd.callsAsked());
            var orphans = Invariants.orphans(history).stream().map(FakeRooms.Room::id).collect(Collectors.toSet());
            deleteOrphans(cluster, orphans);
            report.took("deleting orphans");
            var violations = Invariants.violations(history);
            report.line("rooms made %d, left behind by kills %d and deleted later; violations %d".formatted(
                    history.rooms().size(), orphans.size(), violations.size()));
            report.write(violations);
            assertThat(violations).isEmpty();
            assertThat(history.calls()).as("calls").hasSizeGreaterThan(KILLS);
        }
    }

    /// As hours later: the nodes look for rooms that nobody uses.
    private static void deleteOrphans(Cluster cluster, Set<String> orphans)
            throws IOException, InterruptedException {
        var node = cluster.node(0);
        cluster.kill(node);
        cluster.launch(node, "ringback.orphan-rooms.check-interval=1s", "ringback.orphan-rooms.age=1s");
        cluster.awaitBoth();
        await().atMost(SETTLING)
                .until(() -> cluster.rooms()
                        .rooms()
                        .stream()
                        .noneMatch(room -> room.deletedAt() == null && orphans.contains(room.id())));
    }

    private static History history(Cluster cluster, Ledger ledger, Records records, Watch watch) throws SQLException {
        // rooms first: a room must be known to the database before it is at the provider for long
        var rooms = cluster.rooms().rooms();
        return new History(ledger.calls(), ledger.vacantRooms(), rooms, cluster.pushes().pushes(),
                records.acknowledged(), records.told(), watch.seen(), cluster.outages(), cluster.kills());
    }
}
