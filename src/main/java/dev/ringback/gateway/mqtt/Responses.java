package dev.ringback.gateway.mqtt;

import dev.ringback.gateway.mqtt.Responder.Reply;
import dev.ringback.gateway.mqtt.Responder.Result;
import dev.ringback.notify.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Takes what devices have published, some at a time, and tells the broker of each when it is done: what a node had in hand
/// when it was killed comes again. The rest waits at the broker.
final class Responses implements SmartLifecycle, Link.Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(Responses.class);
    /// Half of the database's connections would do.
    static final int AT_ONCE = 16;
    private static final Duration REPLY_WITHIN = Duration.ofSeconds(5);
    private static final Duration FINISH_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOGGED_AT_MOST_ONCE_IN = Duration.ofSeconds(10);

    private final String filter;
    private final Link link;
    private final BiFunction<String, byte[], Reply> responder;
    private final MeterRegistry metrics;
    private final Semaphore permits = new Semaphore(AT_ONCE, true);
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("mqtt-response-", 0).factory());
    private final AtomicLong lastLogged = new AtomicLong(System.nanoTime() - LOGGED_AT_MOST_ONCE_IN.toNanos());
    private volatile boolean running;

    /// @param filter of the topics that devices publish to
    /// @param responder handles one, given its topic and its content
    Responses(String filter, Link link, BiFunction<String, byte[], Reply> responder, MeterRegistry metrics) {
        this.filter = filter;
        this.link = link;
        this.responder = responder;
        this.metrics = metrics;
    }

    /// Last of all, when the service can answer.
    @Override
    public void start() {
        running = true;
        link.open(this);
    }

    /// First of all: what is in hand is finished, what comes now is left to the broker, which delivers it again.
    @Override
    public void stop() {
        running = false;
        try {
            if (!permits.tryAcquire(AT_ONCE, FINISH_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("Some answers over MQTT are left to be handled after the restart");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        link.close();
        threads.shutdownNow();
    }

    /// Once stopped, it stays so.
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void before(Wire wire) {
        wire.hear(this::take, threads);
    }

    @Override
    public CompletableFuture<?> after(Wire wire) {
        return wire.subscribe(filter);
    }

    /// Called for one after the other: while it waits, the next ones do.
    private void take(String topic, byte[] payload, Runnable acknowledge) {
        try {
            permits.acquire();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        if (!running) {
            permits.release();
            return;
        }
        threads.execute(() -> {
            try {
                handle(topic, payload, acknowledge);
            } finally {
                permits.release();
            }
        });
    }

    private void handle(String topic, byte[] payload, Runnable acknowledge) {
        var result = Result.FAILED;
        try {
            var reply = responder.apply(topic, payload);
            result = reply.result();
            if (reply.message() != null) {
                tell(reply.message());
            }
            done(acknowledge);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            // once more would fail once more
            LOG.error("An answer over MQTT could not be handled", failure);
            done(acknowledge);
        }
        count(result);
    }

    /// Where that fails the connection is gone, and the response comes again with the next one.
    private void tell(Message message) throws InterruptedException {
        var outcome = within(REPLY_WITHIN, () -> link.publish(message));
        if (outcome instanceof Outcome.Refused(var code)) {
            LOG.error("The broker refuses the reply to an answer: {}", code);
        }
    }

    private Outcome within(Duration patience, Callable<Outcome> action) throws InterruptedException {
        var task = threads.submit(action);
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        } catch (TimeoutException _) {
            return new Outcome.TryLater("timeout", null);
        } finally {
            task.cancel(true);
        }
    }

    private static void done(Runnable acknowledge) {
        try {
            acknowledge.run();
        } catch (RejectedExecutionException | IllegalStateException _) {
            // the connection is gone: it comes again
        }
    }

    private void count(Result result) {
        var word = result.name().toLowerCase(Locale.ROOT);
        Counter.builder("ringback.mqtt.responses")
                .description("what came of commands that came over MQTT")
                .tags("outcome", word)
                .register(metrics)
                .increment();
        if (result == Result.UNPROVEN || result == Result.UNREADABLE) {
            long now = System.nanoTime();
            long last = lastLogged.get();
            if (now - last >= LOGGED_AT_MOST_ONCE_IN.toNanos() && lastLogged.compareAndSet(last, now)) {
                LOG.warn("Messages to {} that are no answers ({}) were dropped; ringback.mqtt.responses counts them",
                        Topics.RESPONSES, word);
            }
        }
    }
}
