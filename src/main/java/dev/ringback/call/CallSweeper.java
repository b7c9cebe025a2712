package dev.ringback.call;

import dev.ringback.database.Outage;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Enforces deadlines, on any number of nodes: whoever locks a due call first times it out, the others pass it by.
///
/// A call that was due while no node ran is found at the first round after the start.
@Component
class CallSweeper {
    private static final Logger LOG = LoggerFactory.getLogger(CallSweeper.class);
    /// They are locked until all of them are written, with the pushes that stop their rings; whoever accepts one waits.
    /// All their rows together have some 40,000 values at most, of the 65,535 that a statement may have.
    private static final int BATCH = 100;

    private final CallRepository calls;
    private final CallChanges changes;
    private final TransactionTemplate transaction;
    private final Clock clock;

    CallSweeper(CallRepository calls, CallChanges changes, TransactionTemplate transaction, Clock clock) {
        this.calls = calls;
        this.changes = changes;
        this.transaction = transaction;
        this.clock = clock;
    }

    /// Four rounds a second leave most of the promised second to the work itself.
    @Scheduled(fixedDelay = 250)
    void sweep() {
        try {
            while (sweepBatch(BATCH) == BATCH) {
            }
        } catch (RuntimeException failure) {
            if (Outage.isBehind(failure)) {
                LOG.warn("The database does not answer; deadlines wait: {}", failure.getMessage());
                return;
            }
            LOG.warn("Could not time out a batch of calls; trying them one by one: {}", failure.toString());
            sweepOneByOne();
        }
    }

    /// Times out what is due now; returns how many calls that were.
    int sweepBatch(int limit) {
        Integer done = transaction.execute(_ -> {
            var now = clock.instant();
            var due = calls.lockDue(now, limit);
            return due.isEmpty() ? 0 : changes.applyAll(due, call -> call.expire(now)).size();
        });
        return done;
    }

    /// A call that cannot be timed out must not keep the others ringing.
    private void sweepOneByOne() {
        List<UUID> due = transaction.execute(_ -> calls.lockDue(clock.instant(), BATCH));
        for (var callId : due) {
            try {
                changes.apply(new CallRef.ById(callId), call -> call.expire(clock.instant()));
            } catch (RuntimeException failure) {
                LOG.error("Call {} cannot be timed out", callId, failure);
            }
        }
    }
}
