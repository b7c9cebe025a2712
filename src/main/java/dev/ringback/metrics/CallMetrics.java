package dev.ringback.metrics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallState;
import dev.ringback.call.CallWitness;
import dev.ringback.call.Calls;
import dev.ringback.call.Reason;
import dev.ringback.notify.RingSent;
import dev.ringback.notify.RingTold;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/// Counts and times what happens to calls, on the node where it happens.
@Component
class CallMetrics implements CallWitness {
    /// A ring is late long before a person gives up.
    private static final Duration[] RING_BUCKETS = {Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
            Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofMillis(2_500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)};
    private static final Duration[] ANSWER_BUCKETS = {Duration.ofSeconds(1), Duration.ofSeconds(3),
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30),
            Duration.ofSeconds(45), Duration.ofMinutes(1), Duration.ofMinutes(3)};
    private static final Duration[] TALK_BUCKETS = {Duration.ofSeconds(15), Duration.ofMinutes(1),
            Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(4),
            Duration.ofHours(12)};
    /// One second is what is promised.
    private static final Duration[] LATE_BUCKETS = {Duration.ofMillis(250), Duration.ofMillis(500),
            Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(30)};

    /// A ring is over long before.
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);
    private static final int MOST_REMEMBERED = 100_000;

    private final Cache<UUID, Ring> rings = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED_FOR)
            .maximumSize(MOST_REMEMBERED)
            .build();
    private final MeterRegistry metrics;
    private final Clock clock;
    private final Timer first;
    private final Timer told;
    private final Timer acknowledged;
    private final Timer answered;
    private final Timer talked;
    private final Timer late;

    CallMetrics(MeterRegistry metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
        this.first = timer("ringback.ring.first",
                "from the request until the first ring of a call was sent, to an open socket or by push", RING_BUCKETS);
        this.told = timer("ringback.ring.told", "from the request until open sockets were told", RING_BUCKETS);
        this.acknowledged = timer("ringback.ring.acknowledged",
                "from the request until a first device of a called user said that it rings", RING_BUCKETS);
        this.answered = timer("ringback.call.answered", "from the request until the first accept", ANSWER_BUCKETS);
        this.talked = timer("ringback.call.talked", "from the first accept until the end", TALK_BUCKETS);
        this.late = timer("ringback.deadline.late", "from a call's deadline until it was timed out", LATE_BUCKETS);
    }

    @Override
    public boolean wants(CallEvent event) {
        return false;
    }

    @Override
    public void placed(CallSnapshot call) {
        Counter.builder("ringback.calls.placed")
                .description("calls that were placed, the ones that were over at once included")
                .tag("type", word(call.callType()))
                .register(metrics)
                .increment();
        if (call.state() != CallState.RINGING) {
            over(call);
        }
    }

    @Override
    public void changed(List<CallEvent> events) {
        // timed when it is committed
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
    void changed(CallEvent event) {
        var call = event.call();
        var now = clock.instant();
        switch (event.change()) {
            // whoever is invited later is not rung late
            case Change.Rang _ -> rings.put(call.callId(),
                    new Ring(call.version() == 1 ? Calls.receivedAt(call) : now, new AtomicBoolean()));
            case Change.Acknowledged _ -> acknowledged.record(since(askedAt(call), now));
            case Change.Accepted _ -> {
                if (call.invitations().stream().filter(i -> i.answeredAt() != null).count() == 1) {
                    answered.record(since(Calls.receivedAt(call), now));
                }
            }
            case Change.Rejected _ -> overIf(call, CallState.REJECTED);
            case Change.Withdrawn(_, var reason) -> {
                overIf(call, CallState.CANCELLED);
                if (reason == Reason.TIMEOUT && call.state() == CallState.CANCELLED) {
                    late.record(since(call.expiresAt(), now));
                }
            }
            case Change.Ended _ -> {
                overIf(call, CallState.ENDED);
                if (call.answeredAt() != null) {
                    talked.record(since(call.answeredAt(), now));
                }
            }
        }
    }

    @EventListener
    void told(RingTold ring) {
        var asked = rings.getIfPresent(ring.callId());
        if (asked != null && !ring.sockets().isEmpty()) {
            told.record(since(asked.at(), clock.instant()));
            sent(asked);
        }
    }

    @EventListener
    void sent(RingSent ring) {
        var asked = rings.getIfPresent(ring.callId());
        if (asked != null) {
            sent(asked);
        }
    }

    private void sent(Ring ring) {
        if (ring.sent().compareAndSet(false, true)) {
            first.record(since(ring.at(), clock.instant()));
        }
    }

    private Instant askedAt(CallSnapshot call) {
        var ring = rings.getIfPresent(call.callId());
        return ring == null ? Calls.receivedAt(call) : ring.at();
    }

    /// A call that this node began to ring.
    ///
    /// @param at when the request was read that made it ring
    /// @param sent whether anything went out
    private record Ring(Instant at, AtomicBoolean sent) {}

    private void overIf(CallSnapshot call, CallState state) {
        if (call.state() == state) {
            over(call);
        }
    }

    private void over(CallSnapshot call) {
        Counter.builder("ringback.calls.over")
                .description("calls that came to an end, by how and why")
                .tags("state", word(call.state()), "reason", word(call.reason()))
                .register(metrics)
                .increment();
    }

    private Timer timer(String name, String description, Duration[] buckets) {
        return Timer.builder(name).description(description).serviceLevelObjectives(buckets).register(metrics);
    }

    /// Never negative: the clock may have been corrected meanwhile.
    private static Duration since(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now);
    }

    private static String word(@Nullable Enum<?> value) {
        return value == null ? "none" : value.name().toLowerCase(Locale.ROOT);
    }
}
