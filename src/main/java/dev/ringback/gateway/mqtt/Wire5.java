package dev.ringback.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// MQTT 5.
final class Wire5 implements Wire {
    /// The broker holds back the rest.
    private static final int IN_FLIGHT = 64;
    /// What is larger the broker drops: the payload's limit and room for topic and properties.
    private static final int MAX_PACKET_BYTES = Responder.MAX_BYTES + 8 * 1024;

    private final Mqtt5AsyncClient client;
    private final @Nullable Mqtt5SimpleAuth account;
    private final Duration session;

    Wire5(Mqtt5AsyncClient client, String username, String password, Duration session) {
        this.client = client;
        this.account = account(username, password);
        this.session = session;
    }

    private static @Nullable Mqtt5SimpleAuth account(String username, String password) {
        if (username.isEmpty()) {
            return null;
        }
        var account = Mqtt5SimpleAuth.builder().username(username);
        return password.isEmpty() ? account.build() : account.password(password.getBytes(UTF_8)).build();
    }

    @Override
    public void hear(Listener listener, Executor executor) {
        client.publishes(MqttGlobalPublishFilter.ALL,
                publish -> listener.heard(publish.getTopic().toString(), publish.getPayloadAsBytes(),
                        publish::acknowledge),
                executor, true);
    }

    @Override
    public CompletableFuture<?> connect() {
        return client.connectWith()
                .cleanStart(session.isZero())
                .sessionExpiryInterval(session.toSeconds())
                .keepAlive(Wires.KEEP_ALIVE_SECONDS)
                .simpleAuth(account)
                .restrictions()
                .receiveMaximum(IN_FLIGHT)
                .maximumPacketSize(MAX_PACKET_BYTES)
                .applyRestrictions()
                .send();
    }

    @Override
    public CompletableFuture<?> subscribe(String filter) {
        return client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    @Override
    public CompletableFuture<Boolean> publish(Message message) {
        return client.publishWith()
                .topic(message.topic())
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(false)
                .messageExpiryInterval(message.expirySeconds())
                .payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
                .contentType("application/json")
                .payload(message.json().getBytes(UTF_8))
                .send()
                .thenApply(Wire5::wasHeard);
    }

    private static boolean wasHeard(Mqtt5PublishResult result) {
        return !(result instanceof Mqtt5PublishResult.Mqtt5Qos1Result taken)
                || taken.getPubAck().getReasonCode() != Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return client.disconnect();
    }
}
