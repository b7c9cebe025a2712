package dev.ringback.call;

import dev.ringback.database.Outage;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.telemetry.Span;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Enforces deadlines, on any number of nodes: whoever locks a due call first times it out, the others pass it by.
///
/// A call that was due while no node ran is found at the first round after the start.
@Component
class CallSweeper implements MeterBinder {
    private static final Logger LOG = LoggerFactory.getLogger(CallSweeper.class);
    /// They are locked until all of them are written, with the pushes that stop their rings; whoever accepts one waits.
    /// All their rows together have some 40,000 values at most, of the 65,535 that a statement may have.
    private static final int BATCH = 100;
    private static final double NANOS = 1e9;

    private final CallRepository calls;
    private final CallChanges changes;
    private final TransactionTemplate transaction;
    private final Spans spans;
    private final Clock clock;
    private volatile long lastSweep = System.nanoTime();

    CallSweeper(CallRepository calls, CallChanges changes, TransactionTemplate transaction, Spans spans,
            Clock clock) {
        this.calls = calls;
        this.changes = changes;
        this.transaction = transaction;
        this.spans = spans;
        this.clock = clock;
    }

    /// A deadline that was missed shows only once it is met after all: this shows while the node looks after none.
    @Override
    public void bindTo(MeterRegistry metrics) {
        Gauge.builder("ringback.sweeper.lag", this, sweeper -> (System.nanoTime() - sweeper.lastSweep) / NANOS)
                .description(
                        "since the node last looked for calls whose deadline has passed: a quarter of a second is usual")
                .baseUnit("seconds")
                .register(metrics);
    }

    /// Four rounds a second leave most of the promised second to the work itself.
    @Scheduled(fixedDelay = 250)
    void sweep() {
        try {
            while (sweepBatch(BATCH) == BATCH) {
            }
            lastSweep = System.nanoTime();
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
        var begun = new AtomicReference<@Nullable Span>();
        try {
            Integer done = transaction.execute(_ -> {
                var now = clock.instant();
                var due = calls.lockDue(now, limit);
                if (due.isEmpty()) {
                    return 0;
                }
                begun.set(spans.begin("deadlines"));
                return changes.applyAll(due, call -> call.expire(now)).size();
            });
            return done;
        } finally {
            // only now: what the calls' parties are told after the commit is part of it
            var span = begun.get();
            if (span != null) {
                span.close();
            }
        }
    }

    /// A call that cannot be timed out must not keep the others ringing.
    private void sweepOneByOne() {
        List<UUID> due = transaction.execute(_ -> calls.lockDue(clock.instant(), BATCH));
        for (var callId : due) {
            try (var _ = CallInHand.of(callId)) {
                changes.apply(new CallRef.ById(callId), call -> call.expire(clock.instant()));
            } catch (RuntimeException failure) {
                LOG.error("Call {} cannot be timed out", callId, failure);
            }
        }
        lastSweep = System.nanoTime();
    }
}
