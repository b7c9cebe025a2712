package dev.ringback.gateway.socketio;

import static dev.ringback.gateway.socketio.Peers.BOTH;
import static dev.ringback.gateway.socketio.Peers.POLLING;
import static dev.ringback.gateway.socketio.Peers.WEB_SOCKET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The life of a call with the real client on both sides.
class SocketIoLifeIntegrationTest extends SocketIoDriven {
    private static final int CONNECTORS = 8;
    private static final int CLOSED_WITHIN_MS = 5000;

    static List<List<String>> transports() {
        return List.of(WEB_SOCKET, POLLING, BOTH);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aCallRingsIsAcceptedAndEnds(List<String> transports) throws Exception {
        peers.connected("alice", "alice", transports);
        peers.connected("bob", Map.of("token", Tokens.of("bob"), "deviceId", "bobs-phone"), transports);
        await().untilAsserted(() -> assertThat(sockets.devicesOf("bob")).containsExactly("bobs-phone"));
        if (transports.equals(BOTH)) {
            assertThat(peers.next("bob", "upgrade").path("transport").asString()).isEqualTo("websocket");
        }

        var answer = peers.ask("alice", "initiate_call",
                Map.of("calledId", "bob", "callerName", "Alice A.", "callType", "audio", "custom",
                        Map.of("orderId", 7)));
        assertThat(answer.path("status").asInt()).isEqualTo(201);
        assertThat(answer.path("caller_token").asString()).isNotBlank();
        var initiated = peers.next("alice", "call_initiated");
        assertThat(initiated.path("roomId").asString()).isEqualTo(answer.path("room_id").asString()).isNotBlank();
        assertThat(initiated.path("token").asString()).isEqualTo(answer.path("caller_token").asString());
        assertThat(initiated.path("callerToken")).isEqualTo(initiated.path("token"));

        var ring = peers.next("bob", "incoming_call");
        assertThat(ring.path("type").asString()).isEqualTo("incoming_call");
        assertThat(ring.path("custom").path("orderId").asInt()).isEqualTo(7);
        assertThat(ring.path("custom").path("order_id").isMissingNode()).isTrue();
        for (var member : Map.of("roomId", "room_id", "callId", "call_id", "callerId", "caller_id", "callerName",
                "caller_name", "calledId", "called_id", "callType", "call_type", "expiresInMs", "expires_in_ms")
                .entrySet()) {
            assertThat(ring.path(member.getKey())).as(member.getKey())
                    .isEqualTo(ring.path(member.getValue()))
                    .isNotEqualTo(ring.path("nothing"));
        }
        assertThat(ring.path("callerName").asString()).isEqualTo("Alice A.");
        assertThat(ring.path("callType").asString()).isEqualTo("audio");
        var room = ring.path("roomId").asString();

        assertThat(peers.ask("bob", "ringing_call", Map.of("roomId", room)).path("status").asInt()).isEqualTo(204);
        assertThat(peers.next("alice", "call_ringing").path("userId").asString()).isEqualTo("bob");

        // with no acknowledgement asked for: by events alone
        peers.emit("bob", "accept_call", Map.of("roomId", room));
        var token = peers.next("bob", "call_token");
        assertThat(token.path("token").asString()).isNotBlank();
        assertThat(token.path("roomId").asString()).isEqualTo(room);
        var accepted = peers.next("alice", "call_accepted");
        assertThat(accepted.path("answeredByDevice").asString()).isEqualTo("bobs-phone");
        assertThat(accepted.path("invitations").path(0).path("userId").asString()).isEqualTo("bob");

        var fresh = peers.ask("alice", "get_token", Map.of("room_id", room));
        assertThat(fresh.path("token").asString()).isNotBlank();

        assertThat(peers.ask("alice", "end_call", Map.of("call_id", ring.path("call_id"))).path("state").asString())
                .isEqualTo("ended");
        assertThat(peers.next("bob", "call_ended").path("roomId").asString()).isEqualTo(room);
    }

    @Test
    void aCallIsRejected() throws Exception {
        var room = ring("anna", "ben");

        assertThat(peers.ask("ben", "reject_call", Map.of("roomId", room, "callerId", "anna")).path("state").asString())
                .isEqualTo("rejected");

        assertThat(peers.next("anna", "call_rejected").path("reason").asString()).isEqualTo("declined");
    }

    @Test
    void aCallIsCancelled() throws Exception {
        var room = ring("carl", "dora");

        peers.emit("carl", "cancel_call", Map.of("room_id", room));

        assertThat(peers.next("dora", "call_cancelled").path("reason").asString()).isEqualTo("caller");
        assertThat(peers.next("dora", "call_missed").path("roomId").asString()).isEqualTo(room);
    }

    @Test
    void aCallTimesOut() throws Exception {
        peers.connected("emil", "emil", WEB_SOCKET);
        peers.connected("fay", "fay", WEB_SOCKET);
        peers.ask("emil", "initiate_call", Map.of("called_id", "fay", "ringTimeout", 5));
        peers.next("fay", "incoming_call");

        assertThat(peers.next("emil", "call_cancelled").path("reason").asString()).isEqualTo("timeout");
        peers.next("fay", "call_missed");
    }

    @Test
    void whoInvitesRingsOthersAndWhoIgnoresDoesNot() throws Exception {
        var room = ring("gil", "hope");
        peers.connected("ivy", "ivy", POLLING);

        assertThat(peers.ask("gil", "invite_call", Map.of("roomId", room, "userIds", List.of("ivy")))
                .path("status")
                .asInt()).isEqualTo(200);
        assertThat(peers.next("ivy", "incoming_call").path("roomId").asString()).isEqualTo(room);
        assertThat(peers.ask("ivy", "ignore_call", Map.of("roomId", room, "deviceId", "d1")).path("status").asInt())
                .isEqualTo(204);
    }

    @Test
    void whoComesBackIsToldWhatRings() throws Exception {
        Api.user(http, "jan").call("kim");
        peers.open("kim", Map.of("transports", WEB_SOCKET));
        peers.next("kim", "connect");

        var answer = peers.ask("kim", "register", Map.of("token", Tokens.of("kim"), "device_id", "k1"));

        assertThat(answer.path("status").asInt()).isEqualTo(200);
        assertThat(answer.path("userId").asString()).isEqualTo("kim");
        assertThat(peers.next("kim", "registered").path("user_id").asString()).isEqualTo("kim");
        assertThat(peers.next("kim", "incoming_call").path("callerId").asString()).isEqualTo("jan");
        assertThat(sockets.devicesOf("kim")).containsExactly("k1");
    }

    @Test
    void aTokenByItselfRegisters() throws Exception {
        peers.open("lea", Map.of("transports", POLLING));
        peers.emit("lea", "register", Tokens.of("lea"));
        assertThat(peers.next("lea", "registered").path("userId").asString()).isEqualTo("lea");
    }

    @Test
    void aUserOnTwoKindsOfSocketsIsRungOnEachAndOneAcceptEndsAll() throws Exception {
        peers.connected("mia", "mia", WEB_SOCKET);
        peers.connected("nils", Map.of("token", Tokens.of("nils"), "deviceId", "tablet"), WEB_SOCKET);
        try (var phone = StompUser.connected(http, "nils", "phone")) {
            peers.ask("mia", "initiate_call", Map.of("calledId", "nils"));
            var ring = peers.next("nils", "incoming_call");
            assertThat(phone.next("incoming_call").path("call_id")).isEqualTo(ring.path("callId"));

            var room = ring.path("room_id").asString();
            phone.send("accept", "{\"room_id\":\"%s\",\"device_id\":\"phone\"}".formatted(room)).mustBe(200);

            var elsewhere = peers.next("nils", "call_answered_elsewhere");
            assertThat(elsewhere.path("answeredByDevice").asString()).isEqualTo("phone");
            assertThat(peers.next("mia", "call_accepted").path("roomId").asString()).isEqualTo(room);
            var late = peers.ask("nils", "accept_call", Map.of("roomId", room));
            assertThat(late.path("code").asString()).isEqualTo("answered_elsewhere");
            assertThat(late.path("status").asInt()).isEqualTo(409);
            assertThat(late.path("error").asString()).isNotBlank();
            peers.nothing("nils", "call_token");
        }
    }

    @Test
    void aProblemIsAnEventForWhoAsksForNoAcknowledgement() throws Exception {
        peers.connected("olga", "olga", WEB_SOCKET);

        peers.emit("olga", "accept_call", Map.of("roomId", "no-such-room"));

        var problem = peers.next("olga", "call_error");
        assertThat(problem.path("event").asString()).isEqualTo("accept_call");
        assertThat(problem.path("code").asString()).isEqualTo("call_not_found");
        assertThat(problem.path("status").asInt()).isEqualTo(404);
        assertThat(problem.path("message").asString()).isEqualTo(problem.path("error").asString()).isNotBlank();
    }

    @Test
    void commandsOfOneSocketStayInOrder() throws Exception {
        peers.connected("pia", "pia", WEB_SOCKET);
        peers.connected("quin", "quin", WEB_SOCKET);
        for (int i = 0; i < 5; i++) {
            peers.emit("pia", "initiate_call", Map.of("calledId", "quin", "callType", "audio"));
            var room = peers.next("pia", "call_initiated").path("roomId").asString();
            peers.emit("pia", "cancel_call", Map.of("roomId", room));
            var repeated = peers.ask("pia", "cancel_call", Map.of("roomId", room));
            assertThat(repeated.path("state").asString()).isEqualTo("cancelled");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void clientsComeBackAfterARestartAndAreToldWhatRings(List<String> transports) throws Exception {
        peers.connected("rosa", "rosa", transports);
        Api.user(http, "sam").call("rosa");
        peers.next("rosa", "incoming_call");

        try {
            server.stop();
            // a poller between two polls finds the port closed
            assertThat(peers.next("rosa", "disconnect").path("reason").asString()).isIn("transport close",
                    "transport error");
            assertThat(sockets.reach("rosa")).isFalse();
        } finally {
            server.start();
        }

        peers.next("rosa", "registered");
        assertThat(peers.next("rosa", "incoming_call").path("callerId").asString()).isEqualTo("sam");
    }

    /// What the system has accepted for the server, and the server did not look at yet, is closed, too.
    @RepeatedTest(3)
    void whoeverConnectsWhileItStopsIsNotKeptWaiting() throws Exception {
        var connections = new ConcurrentLinkedQueue<Socket>();
        int port = server.port();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTORS; i++) {
                threads.execute(() -> connectUntilRefused(port, connections));
            }
            await().until(() -> connections.size() > CONNECTORS);
            server.stop();
        } finally {
            server.start();
        }
        for (var connection : connections) {
            try (connection) {
                connection.setSoTimeout(CLOSED_WITHIN_MS);
                assertThat(connection.getInputStream().read()).isEqualTo(-1);
            } catch (SocketTimeoutException _) {
                fail("one of %s connections is open", connections.size());
            } catch (SocketException _) {
                // reset
            }
        }
    }

    private static void connectUntilRefused(int port, Queue<Socket> connections) {
        boolean open = true;
        while (open) {
            try {
                connections.add(new Socket("localhost", port));
            } catch (IOException _) {
                open = false;
            }
        }
    }

    private String ring(String caller, String called) throws Exception {
        peers.connected(caller, caller, WEB_SOCKET);
        peers.connected(called, called, WEB_SOCKET);
        peers.ask(caller, "initiate_call", Map.of("calledId", called));
        JsonNode ring = peers.next(called, "incoming_call");
        return ring.path("roomId").asString();
    }
}
