package dev.ringback.faults;

import dev.ringback.faults.History.Overdue;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Looks five times a second for calls that ring past their deadline.
final class Watch implements AutoCloseable {
    private static final long EVERY_MS = 200;
    /// Sooner than it is a violation: how long nobody could serve counts too.
    private static final Duration SINCE = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final Ledger ledger;
    private final Queue<Overdue> seen = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();

    Watch(Cluster cluster, Ledger ledger) {
        this.cluster = cluster;
        this.ledger = ledger;
        var _ = looking.scheduleWithFixedDelay(this::look, 0, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    List<Overdue> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }

    private void look() {
        if (cluster.databaseIsUp()) {
            try {
                seen.addAll(ledger.overdue(SINCE));
            } catch (SQLException _) {
                // it was killed just now; the next look sees what this one did not
            }
        }
    }
}
