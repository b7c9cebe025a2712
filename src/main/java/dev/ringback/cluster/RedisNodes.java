package dev.ringback.cluster;

import dev.ringback.cluster.Wire.Message;
import dev.ringback.notify.HeardLate;
import dev.ringback.notify.NodesReunited;
import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeArrived;
import dev.ringback.notify.OtherNodes;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import tools.jackson.core.JacksonException;

/// Tells the sockets of other nodes by sharded publish and subscribe: a channel for each user who listens somewhere, to
/// which those nodes subscribe and no others. So the cost of an event is that of its recipient's nodes, however many there are;
/// and Redis answers how many those are.
final class RedisNodes implements OtherNodes {
    private static final Logger LOG = LoggerFactory.getLogger(RedisNodes.class);
    private static final Duration WHILE_OPEN = Duration.ofSeconds(1);

    private final String node = UUID.randomUUID().toString();
    private final Set<String> here = ConcurrentHashMap.newKeySet();
    /// Users whose subscription Redis has not confirmed yet: whether it does in time.
    private final Map<String, CompletableFuture<Boolean>> subscribing = new ConcurrentHashMap<>();
    private final RedisLink link;
    private final String prefix;
    private final Duration timeout;
    private final ApplicationEventPublisher events;
    private final Lines lines;
    private final Counter lost;
    private final CircuitBreaker breaker = CircuitBreaker.of("redis", CircuitBreakerConfig.custom()
            .slidingWindowSize(20)
            .minimumNumberOfCalls(10)
            .failureRateThreshold(80)
            .waitDurationInOpenState(WHILE_OPEN)
            .permittedNumberOfCallsInHalfOpenState(3)
            .writableStackTraceEnabled(false)
            .build());

    RedisNodes(RedisLink link, RedisSettings settings, ApplicationEventPublisher events, MeterRegistry metrics) {
        this.link = link;
        this.prefix = settings.prefix() + ":user:";
        this.timeout = settings.timeout();
        this.events = events;
        this.lines = new Lines(metrics);
        this.lost = Counter.builder("ringback.cluster.lost")
                .description("notices that could not be passed to other nodes")
                .register(metrics);
        link.listen(new RedisPubSubAdapter<>() {
            @Override
            public void smessage(String channel, byte[] bytes) {
                arrived(channel, bytes);
            }

            @Override
            public void ssubscribed(String channel, long count) {
                hears(channel.substring(prefix.length()));
            }
        }, this::connected);
    }

    @Override
    public CompletionStage<Boolean> listens(String userId) {
        here.add(userId);
        return subscribe(userId);
    }

    @Override
    public void left(String userId) {
        here.remove(userId);
        subscribing.remove(userId);
        // one that fails is of a connection that is lost, and its subscriptions with it
        var _ = ask(connections -> connections.arrivals().async().sunsubscribe(channel(userId)));
    }

    @Override
    public int tell(Notice notice) {
        return receivers(notice.recipient(), new Message(node, notice)).orElse(0);
    }

    @Override
    public void pass(Notice notice) {
        var sent = publish(notice.recipient(), new Message(node, notice));
        if (sent == null) {
            lost.increment();
        } else {
            var _ = sent.whenComplete((_, failure) -> {
                if (failure != null) {
                    lost.increment();
                }
            });
        }
    }

    @Override
    public Answer reach(String userId) {
        var nodes = receivers(userId, new Message(node, null));
        if (nodes.isEmpty()) {
            return Answer.UNKNOWN;
        }
        return nodes.getAsInt() > 0 ? Answer.LISTENS : Answer.ABSENT;
    }

    /// How many other nodes got it; empty when that was not found out.
    private OptionalInt receivers(String userId, Message message) {
        if (link.now().isEmpty() || !breaker.tryAcquirePermission()) {
            lost.increment();
            return OptionalInt.empty();
        }
        long started = System.nanoTime();
        try {
            var sent = publish(userId, message);
            if (sent == null) {
                breaker.releasePermission();
                lost.increment();
                return OptionalInt.empty();
            }
            long count = sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            return OptionalInt.of((int) Math.max(0, count - (here.contains(userId) ? 1 : 0)));
        } catch (ExecutionException | TimeoutException failure) {
            breaker.onError(System.nanoTime() - started, TimeUnit.NANOSECONDS, failure);
            lost.increment();
            LOG.debug("Redis: other nodes were not told", failure);
            return OptionalInt.empty();
        } catch (InterruptedException _) {
            breaker.releasePermission();
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }

    private @Nullable RedisFuture<Long> publish(String userId, Message message) {
        return ask(connections -> connections.commands().spublish(channel(userId), Wire.write(message)));
    }

    private CompletionStage<Boolean> subscribe(String userId) {
        var inTime = new CompletableFuture<Boolean>();
        subscribing.put(userId, inTime);
        var asked = ask(connections -> connections.arrivals().async().ssubscribe(channel(userId)));
        if (asked == null) {
            subscribing.remove(userId, inTime);
            return CompletableFuture.completedFuture(false);
        }
        var _ = asked.whenComplete((_, failure) -> {
            if (failure == null) {
                hears(userId);
            } else {
                // Redis may do it all the same, when it was only slow
                inTime.complete(false);
            }
        });
        return inTime.completeOnTimeout(false, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// What was told before it came, and after nobody waited for it any more, was not told here.
    private void hears(String userId) {
        var inTime = subscribing.remove(userId);
        if (inTime != null && !inTime.complete(true)) {
            events.publishEvent(new HeardLate(userId));
        }
    }

    /// Null while nothing connects the nodes.
    private <T> @Nullable RedisFuture<T> ask(Function<RedisLink.Connections, RedisFuture<T>> command) {
        return link.now().map(command).orElse(null);
    }

    /// The client subscribes anew to what it knows; it does not know what was asked of it while it was not connected.
    private void connected() {
        var subscribed = here.stream().map(this::subscribe).map(CompletionStage::toCompletableFuture).toList();
        CompletableFuture.allOf(subscribed.toArray(CompletableFuture[]::new)).join();
        events.publishEvent(new NodesReunited());
    }

    private void arrived(String channel, byte[] bytes) {
        try {
            var message = Wire.read(bytes);
            var notice = message.notice();
            if (notice != null && !message.node().equals(node)) {
                lines.next(channel, () -> events.publishEvent(new NoticeArrived(notice)));
            }
        } catch (JacksonException failure) {
            LOG.warn("Redis: something arrived that no node has sent: {}", failure.getClass().getSimpleName());
        }
    }

    private String channel(String userId) {
        return prefix + userId;
    }

    void close() {
        lines.close();
    }
}
