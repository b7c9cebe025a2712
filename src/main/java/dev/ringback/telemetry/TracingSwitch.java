package dev.ringback.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/// Leaves out all that Spring Boot configures for traces, unless they are on. Boot's own switch turns off only the sending: a
/// tracer would still follow every request.
class TracingSwitch implements AutoConfigurationImportFilter, EnvironmentAware {
    static final String SETTING = "management.tracing.export.enabled";
    private static final String[] TRACING = {"org.springframework.boot.micrometer.tracing.",
            "org.springframework.boot.opentelemetry."};

    private boolean on;

    @Override
    public void setEnvironment(Environment environment) {
        on = environment.getProperty(SETTING, Boolean.class, false);
    }

    @Override
    public boolean[] match(@Nullable String[] candidates, AutoConfigurationMetadata metadata) {
        var kept = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            var candidate = candidates[i];
            kept[i] = on || candidate == null || Arrays.stream(TRACING).noneMatch(candidate::startsWith);
        }
        return kept;
    }
}
