package dev.ringback.cluster;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the nodes of one installation meet. Redis 7 or Valkey, since earlier ones have no sharded channels.
///
/// @param url `redis://user:password@host:6379/0`, `rediss://` for TLS, `redis-sentinel://host:26379,host:26379/0#name`; several
///        nodes of a cluster, separated by commas. Unset: each node by itself
/// @param prefix of all names in it, for installations that share it
/// @param timeout how long a node waits for an answer before it goes on without
@ConfigurationProperties("ringback.redis")
record RedisSettings(@Nullable String url, @DefaultValue("ringback") String prefix,
        @DefaultValue("250ms") Duration timeout) {

    RedisSettings {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("ringback.redis.timeout must be longer than nothing");
        }
        if (url != null && !url.isBlank()) {
            addresses(url);
        }
    }

    /// One, or the nodes of a cluster.
    List<RedisURI> addresses() {
        if (url == null) {
            throw new IllegalStateException("ringback.redis.url is not set");
        }
        return addresses(url);
    }

    private static List<RedisURI> addresses(String url) {
        try {
            // a list of sentinels has commas of its own
            var parts = url.startsWith("redis-sentinel://") ? new String[]{url} : url.split(",", -1);
            return List.of(parts).stream().map(String::strip).map(RedisURI::create).toList();
        } catch (IllegalArgumentException _) {
            // what it says would repeat the password
            throw new IllegalArgumentException(
                    "ringback.redis.url is no address of a Redis: use redis://user:password@host:6379");
        }
    }

    /// Passwords stay out of logs.
    @Override
    public String toString() {
        return "RedisSettings[" + prefix + "]";
    }
}
