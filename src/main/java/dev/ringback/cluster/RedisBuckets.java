package dev.ringback.cluster;

import dev.ringback.identity.SharedBuckets;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce.LettuceBasedProxyManagerBuilder;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Limits that count what all nodes let through. A bucket is forgotten when it would be full again.
final class RedisBuckets implements SharedBuckets {
    private static final Duration KEPT_LONGER = Duration.ofSeconds(10);

    private final RedisLink link;
    private final RedisSettings settings;
    private volatile @Nullable Made buckets;

    RedisBuckets(RedisLink link, RedisSettings settings) {
        this.link = link;
        this.settings = settings;
    }

    @Override
    public Optional<Bucket> of(String key, int capacity, Duration period, TimeMeter time) {
        return link.now()
                .map(connections -> buckets(connections, time).builder()
                        .build(settings.prefix() + ":limit:" + key, () -> BucketConfiguration.builder()
                                .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, period))
                                .build()));
    }

    private ProxyManager<String> buckets(RedisLink.Connections connections, TimeMeter time) {
        var known = buckets;
        if (known != null && known.connections().equals(connections)) {
            return known.buckets();
        }
        var made = builder(connections).clientClock(time)
                .requestTimeout(settings.timeout())
                .expirationAfterWrite(
                        ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_LONGER))
                .build();
        buckets = new Made(connections, made);
        return made;
    }

    /// By these connections; they may be made anew.
    private record Made(RedisLink.Connections connections, ProxyManager<String> buckets) {}

    private static LettuceBasedProxyManagerBuilder<String> builder(RedisLink.Connections connections) {
        return switch (connections.connection()) {
            case StatefulRedisConnection<String, byte[]> single -> Bucket4jLettuce.casBasedBuilder(single);
            case StatefulRedisClusterConnection<String, byte[]> cluster -> Bucket4jLettuce.casBasedBuilder(cluster);
            default -> throw new IllegalStateException("no such connection");
        };
    }
}
