package dev.ringback.notify;

import dev.ringback.telemetry.CallInHand;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What stands around a channel or a broker: so many deliveries at once and no more, each for so long and no longer, and none at all for
/// a while when the provider answers nobody. Whatever happens in one lane is not felt in another.
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int MAX_WAITING = 10_000;
    private static final int CLOSE_WITHIN_SECONDS = 10;
    private static final Duration[] RING_BUCKETS = {Duration.ofMillis(25), Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2_500),
            Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)};
    private static final Duration[] SEND_BUCKETS = {Duration.ofMillis(10), Duration.ofMillis(50),
            Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
            Duration.ofMillis(2_500), Duration.ofSeconds(5), Duration.ofSeconds(10)};
    private static final Duration WHILE_OPEN = Duration.ofSeconds(1);

    private final String name;
    private final Duration timeout;
    private final Carrier carrier;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final Semaphore permits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final CircuitBreaker breaker;
    private final ExecutorService threads;

    /// @param name of the channel or broker
    /// @param concurrency how many deliveries are on their way at once
    /// @param timeout how long one may take
    Lane(String name, int concurrency, Duration timeout, Carrier carrier, Clock clock, MeterRegistry metrics) {
        this.name = name;
        this.timeout = timeout;
        this.carrier = carrier;
        this.clock = clock;
        this.metrics = metrics;
        this.permits = new Semaphore(concurrency, true);
        this.breaker = breaker(name);
        this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("push-" + name + "-", 0).factory());
        Gauge.builder("ringback.push.waiting", waiting, AtomicInteger::get)
                .description("deliveries that wait for their turn in a channel's lane, on this node")
                .tag("channel", name)
                .register(metrics);
    }

    /// Sends one delivery and waits for the answer.
    @FunctionalInterface
    interface Carrier {
        Outcome carry(Job job, Instant now) throws InterruptedException;
    }

    /// What came of a job.
    sealed interface Result {
        /// The provider was asked.
        record Asked(Attempt attempt) implements Result {}

        /// It was taken back before it went out.
        record Withdrawn() implements Result {}

        /// Its lease ended before it went out: whoever takes it next sends it.
        record LeaseLost() implements Result {}

        /// Its deadline passed before it went out.
        record TooLate() implements Result {}

        /// The provider was not asked, since it answered nobody lately.
        record Blocked(Duration tryAgainAfter) implements Result {}
    }

    /// Takes a job; false when too many are waiting already.
    boolean take(Job job, Consumer<Result> done) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        threads.execute(() -> {
            try (var _ = CallInHand.of(job.delivery().callId())) {
                done.accept(counted(run(job)));
            }
        });
        return true;
    }

    /// Finishes what is under way; what is not done by then is done by another node, when its lease ends.
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Channel {}: {} pushes are left to be sent after the restart", name, waiting.get());
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private Result run(Job job) {
        boolean counted = true;
        try {
            permits.acquire();
            try {
                waiting.decrementAndGet();
                counted = false;
                return attempt(job);
            } finally {
                permits.release();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Result.Blocked(WHILE_OPEN);
        } finally {
            if (counted) {
                waiting.decrementAndGet();
            }
        }
    }

    private Result attempt(Job job) throws InterruptedException {
        var now = clock.instant();
        if (!now.isBefore(job.delivery().expiresAt())) {
            return new Result.TooLate();
        }
        if (!now.isBefore(job.lease().until())) {
            // the node was stopped, or the database away: another one may have sent it meanwhile
            return new Result.LeaseLost();
        }
        if (!breaker.tryAcquirePermission()) {
            return new Result.Blocked(WHILE_OPEN);
        }
        if (!job.begin()) {
            breaker.releasePermission();
            return new Result.Withdrawn();
        }
        Timer.builder("ringback.push.departure")
                .description("from planning a delivery until it left for its push service or broker")
                .tag("channel", name)
                .register(metrics)
                .record(Duration.between(job.delivery().createdAt(), now));
        return new Result.Asked(send(job, now));
    }

    private Result counted(Result result) {
        if (!(result instanceof Result.Asked)) {
            Counter.builder("ringback.push.unsent")
                    .description("deliveries that did not leave after all, or not now, and why")
                    .tags("channel", name, "why", word(result))
                    .register(metrics)
                    .increment();
        }
        return result;
    }

    private static String word(Result result) {
        return switch (result) {
            case Result.Asked _ -> "sent";
            case Result.Withdrawn _ -> "withdrawn";
            case Result.LeaseLost _ -> "lease_lost";
            case Result.TooLate _ -> "too_late";
            case Result.Blocked _ -> "provider_silent";
        };
    }

    private Attempt send(Job job, Instant now) throws InterruptedException {
        long started = System.nanoTime();
        var outcome = outcomeOf(job, now);
        var took = Duration.ofNanos(System.nanoTime() - started);
        if (outcome instanceof Outcome.TryLater(var code, _)) {
            breaker.onError(took.toNanos(), TimeUnit.NANOSECONDS, new ProviderTrouble(code));
        } else {
            breaker.onSuccess(took.toNanos(), TimeUnit.NANOSECONDS);
        }
        if (job.delivery().attempts() > 0) {
            Counter.builder("ringback.push.retries")
                    .description(
                            "sends that were not the first of their delivery: after one that failed, or since nobody said that it rings")
                    .tags("channel", name, "why", job.delivery().pushes() > 0 ? "not_acknowledged" : "not_taken")
                    .register(metrics)
                    .increment();
        }
        Timer.builder("ringback.push.sends")
                .description("what was sent to push services and brokers, and how long they took to answer")
                .serviceLevelObjectives(SEND_BUCKETS)
                .tags("channel", name, "outcome", word(outcome))
                .register(metrics)
                .record(took);
        var attempt = new Attempt(job, job.to(), name, outcome, now, took);
        if (attempt.isFirstRing()) {
            Timer.builder("ringback.ring.sent")
                    .description("from planning a ring until its push service or broker took it")
                    .tag("channel", name)
                    .serviceLevelObjectives(RING_BUCKETS)
                    .register(metrics)
                    .record(Duration.between(job.delivery().createdAt(), clock.instant()));
        }
        return attempt;
    }

    /// The channel has its own timeouts at its sockets; this is the one that holds whatever it does.
    private Outcome outcomeOf(Job job, Instant now) throws InterruptedException {
        var left = job.timeLeft(now);
        var patience = left.compareTo(timeout) < 0 ? left : timeout;
        var answer = threads.submit(() -> carrier.carry(job, now));
        try {
            return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new Outcome.TryLater("timeout", null);
        } catch (ExecutionException failure) {
            LOG.error("{}: unexpected failure of {}", name, job.delivery().id(), failure.getCause());
            return new Outcome.TryLater("failure", null);
        } finally {
            answer.cancel(true);
        }
    }

    static String word(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered _ -> "delivered";
            case Outcome.DeadToken _ -> "dead_token";
            case Outcome.Refused _ -> "refused";
            case Outcome.Unheard _ -> "unheard";
            case Outcome.TryLater _ -> "try_later";
        };
    }

    private static CircuitBreaker breaker(String name) {
        var breaker = CircuitBreaker.of(name, CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(10)
                .failureRateThreshold(80)
                .waitDurationInOpenState(WHILE_OPEN)
                .permittedNumberOfCallsInHalfOpenState(3)
                .writableStackTraceEnabled(false)
                .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn("Channel {}: circuit breaker {}", name,
                        event.getStateTransition()));
        return breaker;
    }

    /// Tells the breaker that an answer was none.
    private static final class ProviderTrouble extends RuntimeException {
        ProviderTrouble(String code) {
            super(code, null, false, false);
        }
    }
}
