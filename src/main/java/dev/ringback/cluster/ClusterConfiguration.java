package dev.ringback.cluster;

import dev.ringback.identity.SharedBuckets;
import dev.ringback.notify.OtherNodes;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/// Connects the nodes, if there is a Redis.
@Configuration(proxyBeanMethods = false)
@Conditional(ClusterConfiguration.HasRedis.class)
class ClusterConfiguration {
    /// Set, and not to nothing, as where an operator clears a variable.
    static final class HasRedis implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return StringUtils.hasText(context.getEnvironment().getProperty("ringback.redis.url"));
        }
    }

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
