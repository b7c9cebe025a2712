package dev.ringback.gateway.mqtt;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import io.reactivex.plugins.RxJavaPlugins;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes connections to the broker as the settings have it.
///
/// @param v5 whether the broker speaks version 5 of the protocol, else 3.1.1
/// @param tls null without TLS
record Wires(BrokerAddress address, boolean v5, String username, String password,
        @Nullable MqttClientSslConfig tls) {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    /// A line on which nothing comes back is given up after twice this.
    static final int KEEP_ALIVE_SECONDS = 10;

    static {
        RxJavaPlugins.setErrorHandler(MqttErrors::tooLate);
    }

    /// A new connection, not yet connected.
    ///
    /// @param session how long the broker keeps what it has for this client when it is gone; zero: not at all
    /// @param lost is told once when the connection has ended or could not be made
    Wire wire(String clientId, Duration session, Consumer<Throwable> lost) {
        var builder = builder(clientId).addDisconnectedListener(context -> lost.accept(context.getCause()));
        return v5
                ? new Wire5(builder.useMqttVersion5().buildAsync(), username, password, session)
                : new Wire3(builder.useMqttVersion3().buildAsync(), username, password, session);
    }

    private MqttClientBuilder builder(String clientId) {
        return MqttClient.builder()
                .identifier(clientId)
                .transportConfig()
                .serverHost(address.host())
                .serverPort(address.port())
                .sslConfig(tls)
                .webSocketConfig(webSocket())
                .socketConnectTimeout(CONNECT_TIMEOUT.toMillis(), MILLISECONDS)
                .mqttConnectTimeout(CONNECT_TIMEOUT.toMillis(), MILLISECONDS)
                .applyTransportConfig()
                .executorConfig()
                .nettyThreads(1)
                .applyExecutorConfig();
    }

    private @Nullable MqttWebSocketConfig webSocket() {
        var path = address.webSocketPath();
        return path == null ? null : MqttWebSocketConfig.builder().serverPath(path).build();
    }

    @Override
    public String toString() {
        return "Wires[" + address + "]";
    }
}
