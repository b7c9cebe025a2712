package dev.ringback.room.simulator;

import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// Rooms are simulated when no EnableX account is set. The settings are read by name, since the packages of the
/// providers do not know each other.
class NoEnableXAccount extends SpringBootCondition {
    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return new ConditionOutcome(hasNone(context.getEnvironment()), "EnableX account");
    }

    private static boolean hasNone(Environment environment) {
        return Stream.of("ringback.enablex.app-id", "ringback.enablex.app-key")
                .allMatch(setting -> environment.getProperty(setting, "").isBlank());
    }
}
