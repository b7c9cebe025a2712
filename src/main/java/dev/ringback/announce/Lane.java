package dev.ringback.announce;

import dev.ringback.database.Outage;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.telemetry.Origin;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends one endpoint what is due there, so many events at once and no more. What it does not send right now stays in the
/// database: nothing waits in memory, whatever piles up. Whatever happens in one lane is not felt in another.
final class Lane implements AutoCloseable {
    static final int AT_ONCE = 16;
    /// Longer than an attempt may take, so that a lease need not be renewed.
    static final Duration LEASE = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final Duration COMPLAINT_EVERY = Duration.ofMinutes(1);
    private static final int CLOSE_WITHIN_SECONDS = 12;

    private final Endpoint endpoint;
    private final Outbox outbox;
    private final EndpointClient client;
    private final Spans spans;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final ExecutorService threads;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final AtomicInteger looks = new AtomicInteger();
    /// An endpoint has one connection to the database at most: calls need the others.
    private final ReentrantLock database = new ReentrantLock();
    private volatile boolean moreIsDue;
    private volatile @Nullable Instant complainedAt;

    Lane(Endpoint endpoint, Outbox outbox, EndpointClient client, Spans spans, Clock clock, MeterRegistry metrics) {
        this.endpoint = endpoint;
        this.outbox = outbox;
        this.client = client;
        this.spans = spans;
        this.clock = clock;
        this.metrics = metrics;
        this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual()
                .name("webhook-" + endpoint.index() + "-", 0)
                .factory());
    }

    /// Has a look taken at what is due, and waits for nothing. Asked for again while that is under way, it is done once more.
    void look() {
        if (looks.getAndIncrement() == 0 && !threads.isShutdown()) {
            threads.execute(this::lookAsAsked);
        }
    }

    /// How many events are being sent, or have a place kept while a look is taken.
    int inHand() {
        return AT_ONCE - free.availablePermits();
    }

    /// Finishes what is under way; what is not done by then is sent by another node, when its lease ends.
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void lookAsAsked() {
        int asked;
        do {
            asked = looks.get();
            sendDue();
        } while (!looks.compareAndSet(asked, 0));
    }

    private void sendDue() {
        // before it is seen whether there is a place: whoever makes one looks whether it is wanted
        moreIsDue = true;
        int places = free.drainPermits();
        if (places == 0) {
            return;
        }
        var claimed = List.<Message>of();
        try {
            claimed = claim(places);
        } finally {
            free.release(places - claimed.size());
        }
        moreIsDue = claimed.size() == places;
        claimed.forEach(message -> threads.execute(() -> carry(message)));
    }

    private List<Message> claim(int places) {
        database.lock();
        try {
            var now = clock.instant();
            return outbox.claimDue(endpoint, now, now.plus(LEASE), places);
        } catch (RuntimeException failure) {
            complain(failure);
            return List.of();
        } finally {
            database.unlock();
        }
    }

    private void carry(Message message) {
        boolean nextIsDue = false;
        try (var _ = CallInHand.found()) {
            if (message.callId() != null) {
                CallInHand.is(message.callId());
            }
            var answer = send(message);
            Counter.builder("ringback.webhook.out.attempts")
                    .description("attempts to send an event to an endpoint of webhooks")
                    .tags("endpoint", Integer.toString(endpoint.index()), "outcome", answer.word())
                    .register(metrics)
                    .increment();
            nextIsDue = settled(message, answer);
        } catch (RuntimeException failure) {
            // it is sent once more when its lease ends, under the same id
            complain(failure);
        } finally {
            free.release();
        }
        // not one by one, while there is plenty
        if (nextIsDue || (moreIsDue && 2 * free.availablePermits() >= AT_ONCE)) {
            look();
        }
    }

    private Answer send(Message message) {
        try (var span = spans.askFrom(Origin.NOWHERE, "webhook")) {
            var answer = client.send(endpoint, message, clock.instant());
            span.with("endpoint", endpoint.index()).with("outcome", answer.word()).withCall();
            return answer;
        }
    }

    /// Writes down what became of it; returns whether that made another one due.
    private boolean settled(Message message, Answer answer) {
        database.lock();
        try {
            var now = clock.instant();
            return switch (answer) {
                case Answer.Taken _ -> outbox.taken(message, now);
                case Answer.Gone _ -> park(message, "410", now);
                case Answer.Failed(var code) -> failed(message, code, now);
            };
        } finally {
            database.unlock();
        }
    }

    private boolean failed(Message message, String code, Instant now) {
        var again = message.again(now, ThreadLocalRandom.current().nextDouble());
        if (again == null) {
            return park(message, code, now);
        }
        outbox.tryAgain(message, code, again);
        if (mayComplain(now)) {
            LOG.warn("Webhook endpoint {} does not take {} ({}); it is tried again", endpoint.origin(), message.type(),
                    code);
        }
        return false;
    }

    private boolean park(Message message, String code, Instant now) {
        boolean nextIsDue = outbox.park(message, code, now);
        Counter.builder("ringback.webhook.out.parked")
                .description("events that were given up and put aside")
                .tags("endpoint", Integer.toString(endpoint.index()))
                .register(metrics)
                .increment();
        if (mayComplain(now)) {
            LOG.error("Webhook endpoint {} did not take {} ({}); it is parked: GET /api/webhooks/dead-letters",
                    endpoint.origin(), message.type(), code);
        }
        return nextIsDue;
    }

    private void complain(RuntimeException failure) {
        if (Outage.isBehind(failure)) {
            LOG.warn("The database does not answer; webhooks wait: {}", failure.getMessage());
        } else {
            LOG.error("Webhook endpoint {}: an event could not be sent", endpoint.origin(), failure);
        }
    }

    /// Once a minute: what is wrong for one event is wrong for all, as a rule.
    private boolean mayComplain(Instant now) {
        var lately = complainedAt;
        if (lately != null && lately.plus(COMPLAINT_EVERY).isAfter(now)) {
            return false;
        }
        complainedAt = now;
        return true;
    }
}
