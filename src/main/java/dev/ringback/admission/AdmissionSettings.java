package dev.ringback.admission;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How much may be asked of a node.
///
/// @param longestWait when one waits so long for a database connection, new calls are refused; some of them from a fifth of
///        it on, and everything else from four times as long
@ConfigurationProperties("ringback.admission")
record AdmissionSettings(@DefaultValue("250ms") Duration longestWait) {

    AdmissionSettings {
        if (!longestWait.isPositive()) {
            throw new IllegalArgumentException("ringback.admission.longest-wait must be longer than nothing");
        }
    }
}
