package dev.ringback.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// MQTT 3.1.1, which knows no expiry, and no answer to a message but that it was taken.
final class Wire3 implements Wire {
    private final Mqtt3AsyncClient client;
    private final @Nullable Mqtt3SimpleAuth account;
    private final Duration session;

    Wire3(Mqtt3AsyncClient client, String username, String password, Duration session) {
        this.client = client;
        this.account = account(username, password);
        this.session = session;
    }

    private static @Nullable Mqtt3SimpleAuth account(String username, String password) {
        if (username.isEmpty()) {
            return null;
        }
        var account = Mqtt3SimpleAuth.builder().username(username);
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
                .cleanSession(session.isZero())
                .keepAlive(Wires.KEEP_ALIVE_SECONDS)
                .simpleAuth(account)
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
                .payload(message.json().getBytes(UTF_8))
                .send()
                .thenApply(_ -> true);
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return client.disconnect();
    }
}
