package dev.ringback.trace;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The ring trace.
///
/// @param retention how long the steps and push attempts of a call can be read, and all of a call that another platform keeps
@ConfigurationProperties("ringback.trace")
record TraceSettings(@DefaultValue("7d") Duration retention) {

    TraceSettings {
        if (!retention.isPositive()) {
            throw new IllegalArgumentException("ringback.trace.retention must be longer than nothing");
        }
    }
}
