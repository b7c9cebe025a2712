package dev.ringback.trace;

import dev.ringback.call.Calls;
import dev.ringback.notify.DeliveryLog;
import java.time.Clock;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Forgets the traces of calls after the retention time, in small statements that stand in nobody's way.
@Component
class TracePurge {
    private static final int BATCH = 1_000;

    private final Steps steps;
    private final DeliveryLog log;
    private final Duration retention;
    private final Clock clock;

    TracePurge(Steps steps, DeliveryLog log, TraceSettings settings, Clock clock) {
        this.steps = steps;
        this.log = log;
        this.retention = settings.retention();
        this.clock = clock;
    }

    @Scheduled(initialDelay = 90_000, fixedDelay = 600_000)
    void purge() {
        var oldestKept = Calls.lowestIdAt(clock.instant().minus(retention));
        while (steps.deleteBefore(oldestKept, BATCH) == BATCH) {
        }
        while (log.deleteBefore(oldestKept, BATCH) == BATCH) {
        }
    }
}
