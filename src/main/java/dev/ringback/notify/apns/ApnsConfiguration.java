package dev.ringback.notify.apns;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringback.device.Environment;
import dev.ringback.device.EnvironmentMemory;
import dev.ringback.device.Platform;
import dev.ringback.notify.Channel;
import dev.ringback.notify.PushInspector;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ApnsConfiguration {
    static final String NAME = "apns";
    private static final Set<Platform> PLATFORMS = Set.of(Platform.IOS, Platform.IOS_ALERT);

    /// Five thousand a second where an answer takes 100 ms.
    private static final int CONCURRENCY = 512;
    /// Room for a connection that cannot be made and a second one that can.
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /// Two, so that one that Apple closes is not missed.
    static final int CONNECTIONS = 2;
    /// Finds a dead connection, and keeps one alive through gateways that forget quiet ones.
    private static final Duration PING_AFTER = Duration.ofSeconds(30);
    /// Apple wants it to be renewed after 20 to 60 minutes.
    private static final Duration AUTHENTICATION_TOKEN_LIFE = Duration.ofMinutes(50);
    private static final Duration FINISH_WITHIN = Duration.ofSeconds(5);

    @Bean
    Channel apnsChannel(ObjectProvider<ApnsNotifier> notifier, ObjectProvider<SimulatedApns> simulated) {
        var real = notifier.getIfAvailable();
        if (real != null) {
            return new Channel(NAME, PLATFORMS, CONCURRENCY, TIMEOUT, real);
        }
        var simulation = simulated.getIfAvailable();
        return simulation == null
                ? Channel.off(NAME, PLATFORMS)
                : Channel.simulated(NAME, PLATFORMS, CONCURRENCY, TIMEOUT, simulation);
    }

    /// Null without credentials.
    @Bean
    @Nullable
    ApnsNotifier apnsNotifier(ApnsSettings settings, ObjectProvider<EnvironmentMemory> memory, Clock clock) {
        if (settings.empty()) {
            return null;
        }
        if (!settings.missing().isEmpty()) {
            throw halfConfigured(settings);
        }
        var notifier = notifier(settings, memoryOf(memory), clock);
        notifier.warmUp(CONNECTIONS);
        return notifier;
    }

    /// Null with credentials, and where nobody wants to see what would be sent.
    @Bean
    @Nullable
    SimulatedApns simulatedApns(ApnsSettings settings, ObjectProvider<PushInspector> inspector,
            ObjectProvider<EnvironmentMemory> memory, Clock clock) {
        var inspecting = settings.empty() ? inspector.getIfAvailable() : null;
        return inspecting == null ? null : new SimulatedApns(inspecting, settings, memoryOf(memory), clock);
    }

    private static EnvironmentMemory memoryOf(ObjectProvider<EnvironmentMemory> memory) {
        return (token, environment) -> memory.ifAvailable(m -> m.answersIn(token, environment));
    }

    static ApnsNotifier notifier(ApnsSettings settings, EnvironmentMemory memory, Clock clock) {
        var key = signingKey(settings);
        var trusted = settings.trustedCertificate().isBlank()
                ? null
                : Pem.certificates(settings.trustedCertificate());
        return new ApnsNotifier(
                new ApnsRequests(settings.bundleId().strip()),
                settings.voipCancel(),
                Map.of(Environment.PRODUCTION,
                        new ApnsConnection(() -> client(settings.host(), settings.port(), key, trusted), clock),
                        Environment.SANDBOX,
                        new ApnsConnection(() -> client(settings.sandboxHost(), settings.port(), key, trusted), clock)),
                memory);
    }

    /// The environment variable of a setting.
    static String variable(String setting) {
        return "RINGBACK_APNS_" + setting.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static ApnsClient client(String host, int port, ApnsSigningKey key, X509Certificate @Nullable [] trusted) {
        var builder = new ApnsClientBuilder().setApnsServer(host, port)
                .setSigningKey(key)
                .setTokenExpiration(AUTHENTICATION_TOKEN_LIFE)
                .setConcurrentConnections(CONNECTIONS)
                .setConnectionTimeout(CONNECT_TIMEOUT)
                .setIdlePingInterval(PING_AFTER)
                .setGracefulShutdownTimeout(FINISH_WITHIN);
        if (trusted != null) {
            builder.setTrustedServerCertificateChain(trusted);
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS for APNs", e);
        }
    }

    private static ApnsSigningKey signingKey(ApnsSettings settings) {
        try {
            return new ApnsSigningKey(settings.keyId().strip(), settings.teamId().strip(),
                    Pem.signingKey(settings.key()));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this Java runtime cannot sign with P-256", e);
        }
    }

    private static FailureAnalyzedException halfConfigured(ApnsSettings settings) {
        var missing = settings.missing()
                .stream()
                .map(name -> "ringback.apns." + name)
                .collect(Collectors.joining(", "));
        var variables = settings.missing()
                .stream()
                .map(ApnsConfiguration::variable)
                .collect(Collectors.joining(", "));
        return new FailureAnalyzedException(
                "Half of the APNs settings are there, missing: " + missing + ".",
                "Set " + variables
                        + ", or none of ringback.apns.key, key-id, team-id and bundle-id to go without APNs.");
    }
}
