package dev.ringback.gateway.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import dev.ringback.call.CallCommands;
import dev.ringback.identity.Authenticator;
import dev.ringback.notify.Broker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class MqttConfiguration {
    static final String NAME = "mqtt";
    /// They share one connection, and the broker takes some at a time.
    private static final int CONCURRENCY = 256;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Bean
    Broker mqttBroker(ObjectProvider<MqttPublisher> publisher) {
        var connected = publisher.getIfAvailable();
        return connected == null
                ? Broker.off(NAME)
                : new Broker(NAME, Broker.Audience.PARTIES, true, CONCURRENCY, TIMEOUT, connected);
    }

    /// The connections to the broker: one for events, one for answers, so that neither waits behind the other. The first has no
    /// session, the second one does.
    record Links(BrokerAddress address, Link events, Link responses) {}

    /// Null without a broker.
    @Bean
    @Nullable
    Links mqttLinks(MqttSettings settings, MeterRegistry metrics, Environment environment) {
        if (settings.empty()) {
            return null;
        }
        var wires = wires(settings);
        var clientId = clientId(settings, environment);
        return new Links(wires.address(),
                link("events", lost -> wires.wire(clientId + "-events", Duration.ZERO, lost), metrics),
                link("responses", lost -> wires.wire(clientId, settings.sessionExpiry(), lost), metrics));
    }

    /// Null without a broker. It is closed after whatever publishes has been.
    @Bean
    @Nullable
    MqttPublisher mqttPublisher(ObjectProvider<Links> broker) {
        var links = broker.getIfAvailable();
        if (links == null) {
            return null;
        }
        links.events().open();
        return new MqttPublisher(links.address(), links.events(), links.responses());
    }

    /// Null without a broker.
    @Bean
    @Nullable
    Responses mqttResponses(ObjectProvider<Links> broker, MqttSettings settings, CallCommands commands,
            Authenticator authenticator, JsonMapper json, MeterRegistry metrics) {
        var links = broker.getIfAvailable();
        if (links == null) {
            return null;
        }
        var filter = settings.share().isBlank()
                ? Topics.RESPONSES
                : "$share/" + settings.share().strip() + "/" + Topics.RESPONSES;
        return new Responses(filter, links.responses(), new Responder(commands, authenticator, json)::respond, metrics);
    }

    private static Link link(String connection, Function<Consumer<Throwable>, Wire> wires, MeterRegistry metrics) {
        var link = new Link(connection, wires, new SecureRandom());
        Gauge.builder("ringback.mqtt.connected", link, l -> l.trouble().isEmpty() ? 1 : 0)
                .description("whether the connection to the MQTT broker stands")
                .tag("connection", connection)
                .register(metrics);
        return link;
    }

    static Wires wires(MqttSettings settings) {
        if (settings.url().isBlank()) {
            throw new FailureAnalyzedException("Half of the MQTT settings are there, missing: ringback.mqtt.url.",
                    "Set RINGBACK_MQTT_URL, or none of ringback.mqtt.* to go without MQTT.");
        }
        var address = BrokerAddress.of(settings.url())
                .orElseThrow(() -> unusable("url",
                        "mqtt://host:port or mqtts://host:port; user name and password have settings of their own"));
        if (settings.username().isBlank() && !settings.password().isBlank()) {
            throw new FailureAnalyzedException("Half of the MQTT settings are there, missing: ringback.mqtt.username.",
                    "Set RINGBACK_MQTT_USERNAME, or leave out ringback.mqtt.password.");
        }
        return new Wires(address, isVersion5(settings), settings.username(), settings.password(),
                tls(settings, address));
    }

    private static boolean isVersion5(MqttSettings settings) {
        return switch (settings.version().strip()) {
            case "5", "5.0" -> true;
            case "3.1.1", "3" -> false;
            default -> throw unusable("version", "5 or 3.1.1");
        };
    }

    private static @Nullable MqttClientSslConfig tls(MqttSettings settings, BrokerAddress address) {
        if (!address.tls()) {
            if (!settings.trustedCertificate().isBlank()) {
                throw unusable("url", "mqtts://host, since there is a ringback.mqtt.trusted-certificate");
            }
            return null;
        }
        return settings.trustedCertificate().isBlank()
                ? MqttClientSslConfig.builder().build()
                : MqttClientSslConfig.builder().trustManagerFactory(Trust.in(settings.trustedCertificate())).build();
    }

    static FailureAnalyzedException unusable(String setting, String wanted) {
        return new FailureAnalyzedException("ringback.mqtt.%s cannot be used.".formatted(setting),
                "Set RINGBACK_MQTT_%s to %s.".formatted(
                        setting.replace('-', '_').toUpperCase(Locale.ROOT), wanted));
    }

    /// The same after each restart on the same host, and different for two nodes on it.
    private static String clientId(MqttSettings settings, Environment environment) {
        if (!settings.clientId().isBlank()) {
            return settings.clientId().strip();
        }
        var port = environment.getProperty("server.port", "8080");
        return "ringback-" + hostName() + "-" + ("0".equals(port) ? UUID.randomUUID().toString() : port);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "unnamed";
        }
    }
}
