package dev.ringback.notify.ably;

import dev.ringback.notify.Broker;
import io.ably.lib.rest.AblyRest;
import io.ably.lib.types.AblyException;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AblyConfiguration {
    private static final String NAME = "ably";
    private static final int CONCURRENCY = 64;
    private static final Pattern KEY = Pattern.compile("[\\w-]+\\.[\\w-]+:[^\\s:]+");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
    private static final int MAX_PORT = 65_535;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /// Names are looked up in no time that the library limits.
    private static final Duration MARGIN = Duration.ofSeconds(1);

    /// Null when it is off.
    @Bean
    @Nullable
    AblyRest ablyRest(AblySettings settings) {
        if (!isOn(settings)) {
            return null;
        }
        try {
            return new AblyRest(AblyOptions.of(settings));
        } catch (AblyException wrong) {
            throw keyIsNone();
        }
    }

    @Bean
    @Nullable
    AblyTokens ablyTokens(ObjectProvider<AblyRest> ably, Clock clock) {
        var on = ably.getIfAvailable();
        return on == null ? null : new AblyTokens(on, clock);
    }

    @Bean
    @Nullable
    AblyPublisher ablyPublisher(ObjectProvider<AblyRest> ably, ObjectProvider<AblyTokens> tokens) {
        var on = ably.getIfAvailable();
        var signer = tokens.getIfAvailable();
        return on == null || signer == null ? null : new AblyPublisher(on, signer);
    }

    /// Clients answer over HTTP, as the users that they are: no event needs an action token.
    @Bean
    Broker ablyBroker(AblySettings settings, ObjectProvider<AblyPublisher> publisher) {
        var on = publisher.getIfAvailable();
        return on == null
                ? Broker.off(NAME)
                : new Broker(NAME, Broker.Audience.PARTIES, false, CONCURRENCY, settings.requestTimeout().plus(MARGIN),
                        on);
    }

    private static boolean isOn(AblySettings settings) {
        var hasHost = !settings.host().isEmpty();
        if (!hasHost && (settings.port() != 0 || !settings.fallbackHosts().isEmpty())) {
            throw new FailureAnalyzedException(
                    "ringback.ably.host is missing, while ringback.ably.port or fallback-hosts is set.",
                    "Set the host, too, or none of them for Ably's own.");
        }
        if (settings.key().isEmpty()) {
            if (hasHost) {
                throw new FailureAnalyzedException("ringback.ably.key is missing, while ringback.ably.host is set.",
                        "Set the key of your app (RINGBACK_ABLY_KEY), or remove both to turn Ably off.");
            }
            return false;
        }
        check(settings);
        return true;
    }

    private static void check(AblySettings settings) {
        if (!KEY.matcher(settings.key()).matches()) {
            throw keyIsNone();
        }
        var hosts = Stream.concat(Stream.of(settings.host()), settings.fallbackHosts().stream());
        if (!hosts.filter(host -> !host.isEmpty()).allMatch(host -> HOST.matcher(host).matches())) {
            throw new FailureAnalyzedException("ringback.ably.host or fallback-hosts is no host name.",
                    "Set names such as acme-rest.ably.io, without https://, port or path.");
        }
        if (settings.port() < 0 || settings.port() > MAX_PORT) {
            throw new FailureAnalyzedException("ringback.ably.port is no port.", "Set it to 1 to 65535, or remove it.");
        }
        var timeout = settings.requestTimeout();
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new FailureAnalyzedException("ringback.ably.request-timeout is not between 1 s and 30 s.",
                    "Set it to a few seconds, such as 5s, or remove it.");
        }
    }

    /// What it holds stays out: it would be a key, or a part of one.
    private static FailureAnalyzedException keyIsNone() {
        return new FailureAnalyzedException("ringback.ably.key is no API key of Ably.",
                "Set it to the whole key, appId.keyId:secret, as the page API Keys of your app shows it.");
    }
}
