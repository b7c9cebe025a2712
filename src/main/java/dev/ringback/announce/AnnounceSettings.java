package dev.ringback.announce;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Who is told what happens to calls and devices.
///
/// @param endpoints who is told, each with `url`, `secrets` (`whsec_` and base64; each signs, so that they can be changed one
///        after the other) and `events` (those that it gets; none = all): `RINGBACK_WEBHOOK_OUT_ENDPOINTS_0_URL` and so on.
///        See webhooks.md
/// @param allowPrivateAddresses for tests and closed networks: also takes endpoints on private addresses, and without TLS
/// @param giveUpAfter how long an event is tried that its endpoint does not take; then it is parked
/// @param retention how long a parked event is kept
@ConfigurationProperties("ringback.webhook.out")
record AnnounceSettings(@DefaultValue List<Endpoint> endpoints, @DefaultValue("false") boolean allowPrivateAddresses,
        @DefaultValue("24h") Duration giveUpAfter, @DefaultValue("30d") Duration retention) {

    AnnounceSettings {
        endpoints = List.copyOf(endpoints);
        if (!giveUpAfter.isPositive()) {
            throw new IllegalArgumentException("ringback.webhook.out.give-up-after must be longer than nothing");
        }
        if (!retention.isPositive()) {
            throw new IllegalArgumentException("ringback.webhook.out.retention must be longer than nothing");
        }
    }

    /// As it was set, good or not.
    record Endpoint(@DefaultValue("") String url, @DefaultValue List<String> secrets,
            @DefaultValue List<String> events) {

        /// As a compose file gives it whose own variables are not set.
        boolean isEmpty() {
            return url.isBlank() && secrets.stream().allMatch(String::isBlank);
        }

        @Override
        public String toString() {
            return "Endpoint[url=***, secrets=***, events=" + events + "]";
        }
    }
}
