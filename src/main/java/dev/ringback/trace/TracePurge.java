package dev.ringback.trace;

import dev.ringback.call.Calls;
import dev.ringback.notify.DeliveryLog;
import dev.ringback.notify.WakeUps;
import java.time.Clock;
import java.time.Duration;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Forgets the traces of calls, and the calls that other platforms keep, after the retention time, in small statements that stand in nobody's way.
@Component
class TracePurge {
    private static final int BATCH = 1_000;

    private final Steps steps;
    private final DeliveryLog log;
    private final WakeUps wakeUps;
    private final Duration retention;
    private final Clock clock;

    TracePurge(Steps steps, DeliveryLog log, WakeUps wakeUps, TraceSettings settings, Clock clock) {
        this.steps = steps;
        this.log = log;
        this.wakeUps = wakeUps;
        this.retention = settings.retention();
        this.clock = clock;
    }

    @Scheduled(initialDelay = 90_000, fixedDelay = 600_000)
    void purge() {
        var oldest = clock.instant().minus(retention);
        var oldestKept = Calls.lowestIdAt(oldest);
        while (steps.deleteBefore(oldestKept, BATCH) == BATCH) {
        }
        while (log.deleteBefore(oldestKept, BATCH) == BATCH) {
        }
        while (wakeUps.forgetBefore(oldest, BATCH) == BATCH) {
        }
    }
}
