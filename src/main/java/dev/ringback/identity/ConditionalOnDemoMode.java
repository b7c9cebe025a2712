package dev.ringback.identity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// The bean exists in demo mode only, that is when no signer of user tokens is configured.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ConditionalOnDemoMode.NoSignerConfigured.class)
public @interface ConditionalOnDemoMode {

    /// True when none of the settings of [AuthSettings] that name a signer has a value.
    final class NoSignerConfigured implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Stream.of("hs256-secret", "issuer-uri", "jwk-set-uri")
                    .map(name -> context.getEnvironment().getProperty("ringback.auth." + name))
                    .allMatch(value -> value == null || value.isBlank());
        }
    }
}
