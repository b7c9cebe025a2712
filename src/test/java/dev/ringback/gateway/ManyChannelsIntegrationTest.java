package dev.ringback.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Mosquitto;
import dev.ringback.support.NodePeer;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// One user on STOMP, Socket.IO and MQTT at once, each with the client that people use.
@IntegrationTest
@EnabledIf(value = Mosquitto.IS_THERE_OR_MUST_BE, disabledReason = "no broker: apt-get install mosquitto nodejs npm")
class ManyChannelsIntegrationTest {
    private static final Mosquitto BROKER = new Mosquitto(List.of("alice", "bob"));
    private static final int SOCKET_IO = ServiceProcess.freePort();

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void channels(DynamicPropertyRegistry registry) {
        BROKER.settings().forEach((name, value) -> registry.add(name, () -> value));
        registry.add("ringback.socketio.port", () -> SOCKET_IO);
    }

    @AfterAll
    static void stop() {
        BROKER.close();
    }

    @Test
    void aCallComesOnceOnEachAndOneAcceptEndsAll() throws Exception {
        try (var stomp = StompUser.connected(port, "bob");
                var socketIo = socketIo("bob");
                var mqtt = BROKER.device("bob", "5", "bob-phone");
                var caller = socketIo("alice")) {
            await().untilAsserted(() -> assertThat(
                    Api.as(port, Tokens.server()).get("/api/push/check").mustBe(200).toString()).contains("Connected"));
            var call = Api.user(port, "alice").call("bob");
            var rings = List.of(stomp.next("incoming_call"), data(socketIo.next("bob incoming_call")),
                    body(mqtt.next("incoming_call")));
            assertThat(rings).allSatisfy(ring -> {
                assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
                assertThat(ring.get("version").asInt()).isOne();
            });

            socketIo.send(Map.of("do", "emit", "as", "bob", "name", "accept_call", "ack", "accepted", "args",
                    List.of(Map.of("roomId", call.get("room_id").asString(), "deviceId", "laptop"))));
            var accepted = data(socketIo.next("bob accepted"));
            assertThat(accepted.get("token").asString()).isNotBlank();

            var stops = List.of(stomp.next("call_answered_elsewhere"), body(mqtt.next("call_answered_elsewhere")),
                    data(socketIo.next("bob call_answered_elsewhere")));
            assertThat(stops).allSatisfy(stop -> {
                assertThat(stop.get("answered_by_device").asString()).isEqualTo("laptop");
                assertThat(stop.get("version")).isEqualTo(accepted.get("version"));
            });
            assertThat(data(caller.next("alice call_accepted")).get("call_id")).isEqualTo(call.get("call_id"));

            // too late on another channel
            mqtt.send(Map.of("publish", "calls/" + call.get("room_id").asString() + "/response", "body",
                    Map.of("room_id", call.get("room_id").asString(), "user_id", "bob", "action", "accept",
                            "action_token", rings.getLast().get("action_token").asString(), "device_id", "phone")));
            assertThat(body(mqtt.next("call_error")).get("code").asString()).isEqualTo("answered_elsewhere");
            stomp.nothingMore();
            assertThat(socketIo.others()).noneMatch(line -> line.get("event").asString().equals("bob incoming_call"));
            assertThat(mqtt.others()).noneMatch(line -> line.get("event").asString().equals("incoming_call"));
        }
    }

    private static NodePeer socketIo(String userId) throws IOException, InterruptedException {
        var peer = NodePeer.start("socketio.js");
        peer.send(Map.of("do", "open", "as", userId, "url", "http://localhost:" + SOCKET_IO, "options",
                Map.of("auth", Map.of("token", Tokens.of(userId)), "transports", List.of("websocket"))));
        peer.next(userId + " registered");
        return peer;
    }

    private static JsonNode data(JsonNode line) {
        return line.get("data");
    }

    private static JsonNode body(JsonNode line) {
        return line.get("body");
    }
}
