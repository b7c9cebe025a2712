package dev.ringback.gateway.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the broker listens.
///
/// @param webSocketPath without a slash in front; null for plain MQTT
record BrokerAddress(String host, int port, boolean tls, @Nullable String webSocketPath) {
    private static final int HIGHEST_PORT = 65_535;
    private static final Map<String, Scheme> SCHEMES = Map.of(
            "mqtt", new Scheme(1883, false, false),
            "tcp", new Scheme(1883, false, false),
            "mqtts", new Scheme(8883, true, false),
            "ssl", new Scheme(8883, true, false),
            "ws", new Scheme(80, false, true),
            "wss", new Scheme(443, true, true));

    private record Scheme(int port, boolean tls, boolean webSocket) {}

    /// The address in a URL, or empty when it is none: another scheme, no host, or more than a host, a port and, for a
    /// WebSocket, a path (without one it is `/mqtt`). An account in it is refused too: URLs get printed.
    static Optional<BrokerAddress> of(String url) {
        try {
            var uri = new URI(url.strip());
            var scheme = uri.getScheme() == null ? null : SCHEMES.get(uri.getScheme().toLowerCase(Locale.ROOT));
            if (scheme == null || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null
                    || uri.getRawFragment() != null || uri.getPort() == 0 || uri.getPort() > HIGHEST_PORT) {
                return Optional.empty();
            }
            var path = uri.getRawPath().replaceFirst("^/", "");
            if (!scheme.webSocket() && !path.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new BrokerAddress(uri.getHost().replaceAll("[\\[\\]]", ""),
                    uri.getPort() < 0 ? scheme.port() : uri.getPort(), scheme.tls(),
                    scheme.webSocket() ? path.isEmpty() ? "mqtt" : path : null));
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
