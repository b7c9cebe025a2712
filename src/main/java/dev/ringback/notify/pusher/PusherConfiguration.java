package dev.ringback.notify.pusher;

import dev.ringback.notify.Broker;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PusherConfiguration {
    private static final String NAME = "pusher";
    private static final int CONCURRENCY = 64;
    /// What stands in a path and in a query as it is, so that what is signed is what is sent.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    /// Null when it is off.
    @Bean
    @Nullable
    PusherApp pusherApp(PusherSettings settings) {
        return isOn(settings) ? new PusherApp(checked(settings)) : null;
    }

    @Bean
    @Nullable
    PusherPublisher pusherPublisher(ObjectProvider<PusherApp> app) {
        var on = app.getIfAvailable();
        return on == null ? null : new PusherPublisher(on, new PusherClient(CONCURRENCY));
    }

    /// Clients answer over HTTP, as the users that they are: no event needs an action token.
    @Bean
    Broker pusherBroker(ObjectProvider<PusherPublisher> publisher) {
        var on = publisher.getIfAvailable();
        return on == null
                ? Broker.off(NAME)
                : new Broker(NAME, Broker.Audience.PARTIES, false, CONCURRENCY, PusherClient.PATIENCE, on);
    }

    private static boolean isOn(PusherSettings settings) {
        var parts = new LinkedHashMap<String, String>();
        parts.put("app-id", settings.appId());
        parts.put("key", settings.key());
        parts.put("secret", settings.secret());
        parts.put("cluster", settings.cluster() + settings.host());
        var missing = parts.keySet().stream().filter(part -> parts.getOrDefault(part, "").isEmpty()).toList();
        if (missing.size() == parts.size()) {
            return false;
        }
        if (!missing.isEmpty()) {
            throw new FailureAnalyzedException(
                    "ringback.pusher." + missing.getFirst() + " is missing, while other settings of Pusher are there.",
                    "Set ringback.pusher.app-id, key, secret, and cluster or host; or none of them to turn Pusher off.");
        }
        return true;
    }

    private static PusherSettings checked(PusherSettings settings) {
        if (!settings.cluster().isEmpty() && !settings.host().isEmpty()) {
            throw new FailureAnalyzedException("ringback.pusher.cluster and ringback.pusher.host are both set.",
                    "Set the cluster for Pusher itself, or the host for a server of your own.");
        }
        mustBePlain("app-id", settings.appId());
        mustBePlain("key", settings.key());
        if (settings.host().isEmpty()) {
            mustBePlain("cluster", settings.cluster());
        } else if (!isHost(settings.host())) {
            throw new FailureAnalyzedException("ringback.pusher.host is no host, or host and port.",
                    "Set it to a name such as soketi.example.com or soketi:6001, without http:// or a path.");
        }
        return settings;
    }

    private static void mustBePlain(String setting, String value) {
        if (!PLAIN.matcher(value).matches()) {
            throw new FailureAnalyzedException(
                    "ringback.pusher." + setting + " is not one: letters, digits, _ and - only.",
                    "Copy it from the page App Keys of your app.");
        }
    }

    private static boolean isHost(String host) {
        var url = HttpUrl.parse("http://" + host + "/");
        return url != null && host.equalsIgnoreCase(url.host() + (host.contains(":") ? ":" + url.port() : ""));
    }
}
