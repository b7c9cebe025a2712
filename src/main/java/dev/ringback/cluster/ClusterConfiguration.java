package dev.ringback.cluster;

import dev.ringback.identity.SharedBuckets;
import dev.ringback.notify.OtherNodes;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Connects the nodes, if there is a Redis.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("ringback.redis.url")
class ClusterConfiguration {
    @Bean
    RedisLink redisLink(RedisSettings settings) {
        return new RedisLink(settings);
    }

    @Bean(destroyMethod = "close")
    OtherNodes otherNodes(RedisLink link, RedisSettings settings, ApplicationEventPublisher events,
            MeterRegistry metrics) {
        return new RedisNodes(link, settings, events, metrics);
    }

    @Bean
    SharedBuckets sharedBuckets(RedisLink link, RedisSettings settings) {
        return new RedisBuckets(link, settings);
    }
}
