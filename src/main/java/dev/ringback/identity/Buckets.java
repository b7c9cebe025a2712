package dev.ringback.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/// Finds the bucket of a key: here, and nowhere else, is decided whether each node has its own or all share one.
@Component
class Buckets {
    static final Duration PERIOD = Duration.ofMinutes(1);
    /// For each limit. Some 25 MB when all are there, however many addresses and users an attacker has.
    static final int MOST_KEYS = 50_000;

    private final Map<Limit, Cache<String, Bucket>> found = new EnumMap<>(Limit.class);
    private final RateLimitSettings settings;
    private final @Nullable SharedBuckets shared;
    private final TimeMeter time;

    @Autowired
    Buckets(RateLimitSettings settings, ObjectProvider<SharedBuckets> shared, Clock clock) {
        this(settings, shared.getIfAvailable(), clock);
    }

    Buckets(RateLimitSettings settings, @Nullable SharedBuckets shared, Clock clock) {
        this.settings = settings;
        this.shared = shared;
        this.time = timeOf(clock);
        for (var limit : Limit.values()) {
            // a bucket that nobody has touched for so long is full again: forgetting it changes nothing
            found.put(limit, Caffeine.newBuilder()
                    .maximumSize(MOST_KEYS)
                    .expireAfterAccess(PERIOD)
                    .ticker(time::currentTimeNanos)
                    .build());
        }
    }

    Bucket of(Limit limit, String key) {
        var own = keys(limit).get(key, _ -> full(limit.of(settings)));
        return shared == null
                ? own
                : shared.of(limit + ":" + key, limit.of(settings), PERIOD, time)
                        .map(bucket -> FallingBack.of(bucket, own))
                        .orElse(own);
    }

    /// How many keys of a limit are known.
    long known(Limit limit) {
        var keys = keys(limit);
        keys.cleanUp();
        return keys.estimatedSize();
    }

    private Cache<String, Bucket> keys(Limit limit) {
        return Objects.requireNonNull(found.get(limit));
    }

    private Bucket full(int capacity) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, PERIOD))
                .withCustomTimePrecision(time)
                .build();
    }

    private static TimeMeter timeOf(Clock clock) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                Instant now = clock.instant();
                return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
