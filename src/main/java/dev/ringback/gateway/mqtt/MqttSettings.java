package dev.ringback.gateway.mqtt;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The MQTT broker that the operator's clients are connected to. Without a URL the channel is off.
///
/// @param url of the broker: `mqtt://host` or `mqtts://host` with or without a port, also `tcp`, `ssl`, `ws` and `wss`
/// @param username of Ringback's own account at the broker
/// @param password of that account
/// @param version of the protocol: `5` or `3.1.1`. With 3.1.1 the broker cannot drop what has expired, nor say that
///        nobody listens
/// @param clientId under which this node is known to the broker, each node under its own; it must stay the same over
///        restarts, so that answers wait for the node. Without it: `ringback-`, the host's name and the port
/// @param share the group in which the nodes share the answers, so that each is handled by one of them; empty for a broker
///        that knows no shared subscriptions: then every node handles every answer
/// @param sessionExpiry how long the broker keeps answers for a node that is gone. With 3.1.1 only whether it is `0s`
///        counts, and the broker has a limit of its own
/// @param trustedCertificate certificates to trust instead of the Java runtime's: a path to a PEM file or the text itself
@ConfigurationProperties("ringback.mqtt")
record MqttSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String username,
        @DefaultValue("") String password,
        @DefaultValue("5") String version,
        @DefaultValue("") String clientId,
        @DefaultValue("ringback") String share,
        @DefaultValue("30s") Duration sessionExpiry,
        @DefaultValue("") String trustedCertificate) {

    private static final Duration LONGEST_SESSION = Duration.ofDays(1);

    MqttSettings {
        if (sessionExpiry.isNegative() || sessionExpiry.compareTo(LONGEST_SESSION) > 0) {
            throw new IllegalArgumentException("ringback.mqtt.session-expiry must be from 0s to 1d");
        }
        if (share.chars().anyMatch(c -> "/+#".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("ringback.mqtt.share must not hold /, + or #");
        }
    }

    /// Whether nothing says that a broker is wanted.
    boolean empty() {
        return url.isBlank() && username.isBlank() && password.isBlank() && trustedCertificate.isBlank();
    }

    @Override
    public String toString() {
        return "MqttSettings[***]";
    }
}
