package dev.ringback.gateway.mqtt;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ringback.notify.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stays connected to the broker: makes one connection after the other, the next one a little later each time that it does
/// not hold. Nobody waits for it; what is to be published while there is no connection is refused at once.
final class Link implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    /// Rings last less than a minute.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final double JITTER = 0.25;
    private static final int MAX_DOUBLINGS = 10;
    /// One that ends earlier may have been ended by another client with our id, which not every broker says: no reason to
    /// hurry.
    private static final Duration HELD = Duration.ofSeconds(10);
    private static final String AS_SOON_AS_IT_WAS_MADE = " soon after it was made (if that goes on: each node needs a "
            + "ringback.mqtt.client-id of its own)";
    /// Connecting and subscribing, a handshake included.
    private static final Duration READY_WITHIN = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

    private final String name;
    private final Function<Consumer<Throwable>, Wire> wires;
    private final RandomGenerator random;
    private final CompletableFuture<Throwable> closing = new CompletableFuture<>();
    private volatile @Nullable Wire wire;
    private volatile String trouble = "not connected yet";
    private @Nullable Thread thread;

    /// What a connection needs before it is one.
    interface Preparation {
        /// Before it is made.
        default void before(Wire wire) {}

        /// As soon as the broker has let us in.
        default CompletableFuture<?> after(Wire wire) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /// @param name in logs
    /// @param wires makes a connection whose end it tells to the given one
    Link(String name, Function<Consumer<Throwable>, Wire> wires, RandomGenerator random) {
        this.name = name;
        this.wires = wires;
        this.random = random;
    }

    void open() {
        open(new Preparation() {});
    }

    synchronized void open(Preparation preparation) {
        thread = Thread.ofVirtual().name("mqtt-" + name).start(() -> stayConnected(preparation));
    }

    /// Publishes, and waits for the broker's answer as long as it is let.
    Outcome publish(Message message) throws InterruptedException {
        var connected = wire;
        if (connected == null) {
            return new Outcome.TryLater("connection", null);
        }
        var taken = connected.publish(message);
        try {
            return taken.get()
                    ? new Outcome.Delivered(null)
                    : new Outcome.Unheard("no_matching_subscribers");
        } catch (ExecutionException failure) {
            return MqttErrors.outcome(failure.getCause());
        } finally {
            taken.cancel(false);
        }
    }

    /// Why there is no connection, in words; empty when there is one.
    Optional<String> trouble() {
        return wire == null ? Optional.of(trouble) : Optional.empty();
    }

    @Override
    public void close() {
        closing.complete(new IllegalStateException("closed"));
        Thread running;
        synchronized (this) {
            running = thread;
        }
        try {
            if (running != null && !running.join(CLOSE_WITHIN)) {
                running.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void stayConnected(Preparation preparation) {
        try {
            int failures = 0;
            while (!closing.isDone()) {
                failures = tryOnce(preparation) ? 0 : failures + 1;
                pause(failures);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns when the connection is gone, whyever, and whether it had held.
    private boolean tryOnce(Preparation preparation) throws InterruptedException {
        long began = System.nanoTime();
        var lost = new CompletableFuture<Throwable>();
        var next = wires.apply(lost::complete);
        try {
            preparation.before(next);
            next.connect().get(READY_WITHIN.toMillis(), MILLISECONDS);
            preparation.after(next).get(READY_WITHIN.toMillis(), MILLISECONDS);
            wire = next;
            LOG.info("MQTT {}: connected", name);
            var why = (Throwable) CompletableFuture.anyOf(lost, closing).get();
            var held = System.nanoTime() - began > HELD.toNanos();
            isDown(MqttErrors.inWords(why) + (held ? "" : AS_SOON_AS_IT_WAS_MADE));
            return held;
        } catch (ExecutionException failure) {
            isDown(MqttErrors.inWords(failure.getCause()));
        } catch (TimeoutException _) {
            isDown(MqttErrors.inWords(null));
        } finally {
            wire = null;
            end(next);
        }
        return false;
    }

    private void isDown(String why) {
        var wasUp = wire != null;
        wire = null;
        if (closing.isDone()) {
            return;
        }
        if (wasUp || !why.equals(trouble)) {
            LOG.warn("MQTT {}: no connection, {}; trying again until there is one", name, why);
        }
        trouble = why;
    }

    /// It is an error to end what has ended; nobody minds.
    private static void end(Wire wire) throws InterruptedException {
        try {
            wire.disconnect().get(CLOSE_WITHIN.toMillis(), MILLISECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // gone already, or as good as gone
        }
    }

    private void pause(int failures) throws InterruptedException {
        var doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        var pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        long nanos = (long) (pause.toNanos() * (1 + JITTER * (2 * random.nextDouble() - 1)));
        try {
            closing.get(nanos, NANOSECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // time to try again
        }
    }
}
