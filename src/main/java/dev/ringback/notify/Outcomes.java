package dev.ringback.notify;

import dev.ringback.database.BatchWriter;
import dev.ringback.notify.Deliveries.Settled;
import dev.ringback.notify.Delivery.State;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Writes down how attempts ended, in batches and behind the sending.
///
/// A node that dies in between has sent and not said so: its lease ends and another sends once more, under the same id.
@Component
class Outcomes {
    private static final Duration COLLECTED_FOR = Duration.ofMillis(20);

    private final Deliveries deliveries;
    private final DeliveryLog log;
    private final Reachability reachability;
    private final BatchWriter<Entry> writer;

    Outcomes(Deliveries deliveries, DeliveryLog log, Reachability reachability) {
        this.deliveries = deliveries;
        this.log = log;
        this.reachability = reachability;
        this.writer = new BatchWriter<>("push outcomes", COLLECTED_FOR, this::write);
    }

    /// @param attempt null when no provider was asked
    /// @param tokenRemoved whether the token went because of it
    void report(Delivery delivery, Settled settled, @Nullable Attempt attempt, boolean tokenRemoved) {
        // a full writer loses it: the lease ends, and the delivery is looked at again
        writer.offer(new Entry(delivery, settled,
                attempt == null ? null : new DeliveryLog.Logged(delivery, attempt, tokenRemoved)));
    }

    @PreDestroy
    void close() {
        writer.close();
    }

    private void write(List<Entry> entries) {
        inChunks(entries).forEach(chunk -> deliveries.settle(chunk.stream().map(Entry::settled).toList()));
        var attempts = entries.stream().map(Entry::logged).filter(Objects::nonNull).toList();
        if (!attempts.isEmpty()) {
            log.write(attempts);
        }
        entries.stream()
                .filter(entry -> entry.settled().state() == State.FAILED && entry.delivery().mayRing())
                .map(entry -> entry.delivery().callId())
                .distinct()
                .forEach(reachability::check);
    }

    /// A statement must not change a delivery twice: the second time begins a new chunk.
    private static List<List<Entry>> inChunks(List<Entry> entries) {
        var chunks = new ArrayList<List<Entry>>();
        var seen = new HashSet<UUID>();
        for (var entry : entries) {
            if (chunks.isEmpty() || !seen.add(entry.settled().id())) {
                chunks.add(new ArrayList<>());
                seen.clear();
                seen.add(entry.settled().id());
            }
            chunks.getLast().add(entry);
        }
        return chunks;
    }

    /// What became of a delivery, and the line for the log where a provider was asked.
    private record Entry(Delivery delivery, Settled settled, DeliveryLog.@Nullable Logged logged) {}
}
