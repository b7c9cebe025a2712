package dev.ringback.cluster;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import jakarta.annotation.PreDestroy;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.annotation.Scheduled;

/// The connections to Redis: one for commands, one for what arrives. They are made before the node takes its first request, or
/// else in the background, and made again by the client when they are lost; meanwhile whatever needs them fails at once, so that
/// nobody waits.
class RedisLink implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    /// Nodes are apart meanwhile, so not for long; jittered, since all of them come back at the same moment.
    private static final Duration RECONNECT_FIRST = Duration.ofMillis(50);
    private static final Duration RECONNECT_LONGEST = Duration.ofSeconds(2);
    private static final long RECONNECT_STEP_MS = 100;
    private static final Duration LOOK_FOR_SERVERS_AGAIN = Duration.ofSeconds(1);
    private static final Duration LOOK_FOR_SERVERS_AT_LEAST = Duration.ofSeconds(10);
    private static final int MOST_UNANSWERED = 3;
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 10_000;

    private final ClientResources resources = ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .reconnectDelay(() -> Delay.equalJitter(RECONNECT_FIRST, RECONNECT_LONGEST, RECONNECT_STEP_MS,
                    TimeUnit.MILLISECONDS))
            .build();
    private final AbstractRedisClient client;
    private final AtomicBoolean connectedAnew = new AtomicBoolean();
    private @Nullable RedisPubSubListener<String, byte[]> onArrival;
    private @Nullable Runnable whenConnected;
    private volatile @Nullable Connections connections;
    private final Duration timeout;
    private int unanswered;
    private boolean complained;
    private volatile boolean started;

    RedisLink(RedisSettings settings) {
        this.timeout = settings.timeout();
        this.client = client(settings);
        client.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress address) {
                connectedAnew.set(true);
            }
        });
    }

    /// @param connection to a single server or to a cluster
    /// @param commands on it
    /// @param arrivals what other nodes send
    record Connections(StatefulConnection<String, byte[]> connection, BaseRedisAsyncCommands<String, byte[]> commands,
            StatefulRedisPubSubConnection<String, byte[]> arrivals) {

        private void close() {
            var _ = connection.closeAsync();
            var _ = arrivals.closeAsync();
        }
    }

    /// What connects this node, once anything has.
    Optional<Connections> now() {
        return Optional.ofNullable(connections);
    }

    /// @param listener is called on the thread that reads the network
    /// @param action is done soon after a connection was made, for the first time or again
    void listen(RedisPubSubListener<String, byte[]> listener, Runnable action) {
        onArrival = listener;
        whenConnected = action;
    }

    /// A node that takes requests by itself, be it for a second, ends calls as unreachable whose users listen on another one.
    @Override
    public void start() {
        started = true;
        connect();
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    /// The connections live as long as the beans that use them: see [#close()].
    @Override
    public void stop() {
        started = false;
    }

    @Scheduled(fixedDelay = 1_000)
    void look() {
        var connected = connections;
        if (connected == null) {
            connect();
        } else if (answers(connected)) {
            unanswered = 0;
        } else if (++unanswered >= MOST_UNANSWERED) {
            LOG.warn("Redis: does not answer; its connections are made anew, and until then this node is by itself");
            unanswered = 0;
            connections = null;
            connected.close();
            connect();
        }
        if (connections != null && whenConnected != null && connectedAnew.getAndSet(false)) {
            whenConnected.run();
        }
    }

    /// A network that has forgotten a connection says nothing, and TCP finds out in minutes.
    private boolean answers(Connections connected) {
        try {
            connected.commands().ping().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            connected.arrivals().async().ping().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void connect() {
        try {
            var made = switch (client) {
                case RedisClient single -> {
                    var connection = single.connect(CODEC);
                    yield new Connections(connection, connection.async(), single.connectPubSub(CODEC));
                }
                case RedisClusterClient cluster -> {
                    var connection = cluster.connect(CODEC);
                    var arrivals = cluster.connectPubSub(CODEC);
                    arrivals.setNodeMessagePropagation(true);
                    yield new Connections(connection, connection.async(), arrivals);
                }
                default -> throw new IllegalStateException("no such client");
            };
            if (onArrival != null) {
                made.arrivals().addListener(onArrival);
            }
            connections = made;
            complained = false;
            LOG.info("Redis: connected; nodes tell each other what rings");
        } catch (RedisException failure) {
            if (!complained) {
                // on its own the client says only that there is no connection: a wrong password is in the cause
                LOG.warn("Redis: no connection ({}: {}); this node is by itself until there is one",
                        failure.getMessage(), NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
                complained = true;
            }
        }
    }

    @PreDestroy
    void close() {
        client.shutdown(Duration.ZERO, CONNECT_WITHIN);
        var _ = resources.shutdown(0, CONNECT_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    private AbstractRedisClient client(RedisSettings settings) {
        var addresses = settings.addresses();
        // else a minute, while nobody looks
        addresses.forEach(address -> address.setTimeout(CONNECT_WITHIN));
        if (addresses.size() == 1) {
            var single = RedisClient.create(resources, addresses.getFirst());
            single.setOptions(patient(ClientOptions.builder(), settings).build());
            return single;
        }
        var cluster = RedisClusterClient.create(resources, addresses);
        cluster.setOptions(ClusterClientOptions.builder(patient(ClientOptions.builder(), settings).build())
                // who serves which users changes when a server dies or is added; by itself the client would look again no
                // sooner than 5 s after it looked in vain, and nobody has been elected at first
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(LOOK_FOR_SERVERS_AGAIN)
                        .enablePeriodicRefresh(LOOK_FOR_SERVERS_AT_LEAST)
                        .build())
                .build());
        return cluster;
    }

    private static ClientOptions.Builder patient(ClientOptions.Builder options, RedisSettings settings) {
        return options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_WITHIN)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(2))
                                .count(3)
                                .build())
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(settings.timeout()));
    }
}
