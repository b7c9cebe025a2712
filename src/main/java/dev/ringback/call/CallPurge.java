package dev.ringback.call;

import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Forgets finished calls after the retention time, idempotency keys and used rooms after a day, in small transactions that
/// stand in nobody's way.
@Component
class CallPurge {
    private static final Logger LOG = LoggerFactory.getLogger(CallPurge.class);
    private static final int BATCH = 500;
    /// A room that a call has, or may get, is kept longer.
    private static final Duration USED_ROOMS_KEPT_FOR = Duration.ofDays(1);

    private final CallRepository calls;
    private final IdempotencyKeys keys;
    private final UsedRooms usedRooms;
    private final TransactionTemplate transaction;
    private final Duration retention;
    private final Clock clock;

    CallPurge(CallRepository calls, IdempotencyKeys keys, UsedRooms usedRooms, TransactionTemplate transaction,
            CallSettings settings, Clock clock) {
        this.calls = calls;
        this.keys = keys;
        this.usedRooms = usedRooms;
        this.transaction = transaction;
        this.retention = settings.retention();
        this.clock = clock;
    }

    @Scheduled(initialDelay = 60_000, fixedDelay = 600_000)
    void purge() {
        long forgotten = 0;
        int batch;
        do {
            batch = purgeBatch();
            forgotten += batch;
        } while (batch == BATCH);
        while (keys.deleteOld(clock.instant(), BATCH) == BATCH) {
        }
        while (usedRooms.deleteOld(clock.instant().minus(USED_ROOMS_KEPT_FOR), BATCH) == BATCH) {
        }
        if (forgotten > 0) {
            LOG.info("Forgot {} calls that were older than {}", forgotten, retention);
        }
    }

    private int purgeBatch() {
        var oldestKept = Calls.lowestIdAt(clock.instant().minus(retention));
        Integer deleted = transaction.execute(_ -> calls.deleteOldest(oldestKept, BATCH));
        return deleted;
    }
}
