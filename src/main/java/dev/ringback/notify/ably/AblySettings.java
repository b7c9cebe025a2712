package dev.ringback.notify.ably;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The Ably app through whose channels users are told what happens. Without a key nothing goes there.
///
/// @param key an API key of the app, `appId.keyId:secret`, with the capabilities publish and subscribe for `user:*`. Stays on
///        the server
/// @param host REST host of a cluster of your own; empty for Ably's
/// @param port of that host; `0` for the usual one
/// @param fallbackHosts of that cluster, where it has some. Ably's own host has Ably's
/// @param tls whether that host is asked over https; off for tests only, since the key travels in each request
/// @param requestTimeout for one event (1 s to 30 s), a second host included that is asked when the first one does not answer
@ConfigurationProperties("ringback.ably")
record AblySettings(@DefaultValue("") String key, @DefaultValue("") String host, @DefaultValue("0") int port,
        @DefaultValue List<String> fallbackHosts, @DefaultValue("true") boolean tls,
        @DefaultValue("5s") Duration requestTimeout) {

    AblySettings {
        key = key.strip();
        host = host.strip();
        fallbackHosts = fallbackHosts.stream().map(String::strip).filter(fallback -> !fallback.isEmpty()).toList();
    }

    @Override
    public String toString() {
        return "AblySettings[key=" + (key.isEmpty() ? "none" : "***") + ", host=" + host + ", port=" + port
                + ", fallbackHosts=" + fallbackHosts + ", tls=" + tls + ", requestTimeout=" + requestTimeout + "]";
    }
}
