package dev.ringback.permit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The operator's backend that is asked before a call rings.
///
/// @param url where your backend is asked before a call rings, by POST; empty asks nobody
/// @param token sent to that backend as `Authorization: Bearer …`, so that it knows who asks; empty sends none
/// @param timeout how long a call waits for that backend's answer (10 ms to 10 s)
/// @param onFailure what happens to a call when that backend gives no answer in time, or none that can be understood: `allow`
///        or `deny`
@ConfigurationProperties("ringback.permit")
record PermitSettings(@DefaultValue("") String url, @DefaultValue("") String token,
        @DefaultValue("500ms") Duration timeout, @DefaultValue("allow") OnFailure onFailure) {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /// What becomes of a call whose backend does not answer.
    enum OnFailure {
        ALLOW, DENY
    }

    PermitSettings {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("ringback.permit.timeout must be from 10ms to 10s");
        }
    }

    @Override
    public String toString() {
        return "PermitSettings[url=***, token=***, timeout=" + timeout + ", onFailure=" + onFailure + "]";
    }
}
