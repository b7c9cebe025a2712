package dev.ringback.gateway.socketio;

import static dev.ringback.gateway.socketio.Peers.POLLING;
import static dev.ringback.gateway.socketio.Peers.WEB_SOCKET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeType;
import dev.ringback.support.Api;
import dev.ringback.support.Tokens;
import java.net.http.WebSocketHandshakeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// Nobody comes in without a token, and nothing that a client sends does harm.
@ExtendWith(OutputCaptureExtension.class)
class SocketIoGateIntegrationTest extends SocketIoDriven {
    private static final String POLL = "/socket.io/?EIO=4&transport=polling";
    /// More than the kernel's buffers and ours can hold together.
    private static final int NOTICES = 20_000;

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "polling"})
    void aUserIdAloneIsRefusedAndTheSocketCloses(String transport) throws Exception {
        for (var claim : List.of("alice", Map.of("userId", "alice"), Map.of("user_id", "alice"), Map.of())) {
            peers.open("plain", Map.of("transports", List.of(transport)));
            peers.next("plain", "connect");

            var answer = peers.ask("plain", "register", claim);

            assertThat(answer.path("code").asString()).isEqualTo("unauthenticated");
            assertThat(answer.path("status").asInt()).isEqualTo(401);
            var error = peers.next("plain", "error");
            assertThat(error.path("code").asString()).isEqualTo("unauthenticated");
            assertThat(error.path("message").asString()).isNotBlank();
            assertThat(peers.next("plain", "disconnect").path("reason").asString()).isEqualTo("io server disconnect");
            await().until(() -> sockets.all().isEmpty());
        }
        assertThat(sockets.reach("alice")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "polling"})
    void aBadTokenInTheHandshakeIsAConnectError(String transport) throws Exception {
        var expired = Tokens.signed(claims -> claims.subject("eve")
                .expirationTime(Date.from(Clock.systemUTC().instant().minus(Duration.ofMinutes(5)))));
        var foreign = Tokens.sign(new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder().subject("eve")
                        .expirationTime(Date.from(Clock.systemUTC().instant().plusSeconds(600)))
                        .build(),
                "another-secret-of-more-than-32-bytes-long");
        for (var auth : List.of(Map.of("token", expired), Map.of("token", foreign), Map.of("token", "eve"),
                Map.of("userId", "eve"), Map.of("token", 7))) {
            peers.open("eve", Map.of("transports", List.of(transport), "auth", auth));

            var error = peers.next("eve", "connect_error");

            assertThat(error.path("data").path("code").asString()).isEqualTo("unauthenticated");
            await().until(() -> sockets.all().isEmpty());
        }
    }

    @Test
    void aTokenInTheAddressIsRefused() throws Exception {
        var token = Tokens.of("carol");
        for (var name : List.of("token", "access_token", "auth")) {
            var answer = RawClient.request(server.port(), "GET", POLL + "&" + name + "=" + token, null);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("auth").doesNotContain(token);
        }
        peers.open("carol", Map.of("transports", WEB_SOCKET, "query", Map.of("token", token)));
        peers.next("carol", "connect_error");
        peers.close("carol");
    }

    @Test
    void whoDoesNotRegisterIsClosedAndCanDoNothingUntilThen() throws Exception {
        peers.open("idle", Map.of("transports", WEB_SOCKET));
        peers.next("idle", "connect");

        assertThat(peers.ask("idle", "initiate_call", Map.of("calledId", "bob")).path("code").asString())
                .isEqualTo("unauthenticated");

        assertThat(peers.next("idle", "disconnect").path("reason").asString()).isEqualTo("io server disconnect");
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "polling"})
    void aSocketEndsWithItsToken(String transport) throws Exception {
        peers.connected("dan", Map.of("token", shortLived("dan")), List.of(transport));
        // a new one in time prolongs it
        peers.connected("dora", Map.of("token", shortLived("dora")), List.of(transport));
        assertThat(peers.ask("dora", "register", Map.of("token", Tokens.of("dora"))).path("status").asInt())
                .isEqualTo(200);

        assertThat(peers.next("dan", "error").path("message").asString()).isEqualTo("token expired");
        assertThat(peers.next("dan", "disconnect").path("reason").asString()).isEqualTo("io server disconnect");
        await().until(() -> !sockets.reach("dan"));
        assertThat(sockets.reach("dora")).isTrue();
    }

    @Test
    void aSocketDoesNotChangeItsUser() throws Exception {
        peers.connected("fay", "fay", WEB_SOCKET);

        assertThat(peers.ask("fay", "register", Map.of("token", Tokens.of("gus"))).path("code").asString())
                .isEqualTo("user_mismatch");

        assertThat(sockets.reach("gus")).isFalse();
        assertThat(sockets.reach("fay")).isTrue();
    }

    @Test
    void pagesOfOtherOriginsAreShutOutOnEveryRequest() throws Exception {
        int port = server.port();
        var foreign = "https://evil.example";
        assertThat(RawClient.request(port, "GET", POLL, null, "Origin", foreign).statusCode()).isEqualTo(403);
        assertThatThrownBy(() -> new RawClient(port, "Origin", foreign).close())
                .hasCauseInstanceOf(WebSocketHandshakeException.class);

        var opened = RawClient.request(port, "GET", POLL, null, "Origin", PAGE);
        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.headers().firstValue("access-control-allow-origin")).hasValue(PAGE);
        assertThat(opened.headers().firstValue("set-cookie")).isEmpty();
        var sid = opened.body().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
        var stolen = RawClient.request(port, "POST", POLL + "&sid=" + sid, "40", "Origin", foreign);
        assertThat(stolen.statusCode()).isEqualTo(403);
        assertThat(stolen.headers().firstValue("access-control-allow-origin")).isEmpty();
        var preflight = RawClient.request(port, "OPTIONS", POLL, null, "Origin", PAGE);
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("access-control-allow-headers")).hasValue("content-type");
        assertThat(RawClient.request(port, "POST", POLL + "&sid=" + sid, "1", "Origin", PAGE).statusCode())
                .isEqualTo(200);
        // same host and port: served by one proxy
        new RawClient(port, "Origin", "http://localhost:" + port).close();
        await().until(() -> sockets.all().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/socket.io", "/socket.io/x?EIO=4&transport=polling", "/socket.io/",
            "/socket.io/?EIO=3&transport=polling", "/socket.io/?EIO=4&transport=flash",
            "/socket.io/?EIO=4&transport=polling&j=0", "/socket.io/?EIO=4&transport=polling&b64=1",
            "/socket.io/?EIO=4&transport=polling&disconnect=1", "/socket.io/?EIO=4&transport=polling&sid=nobody",
            "/socket.io/?EIO=4&transport=polling&sid=00000000-0000-0000-0000-000000000000",
            "/socket.io/?EIO=4&transport=websocket", "/socket.io/?EIO=4&EIO=3&transport=polling"})
    void whatIsNoHandshakeOpensNothing(String address) throws Exception {
        assertThat(RawClient.request(server.port(), "GET", address, null).statusCode()).isBetween(400, 404);
        assertThat(RawClient.request(server.port(), "POST", address, "40").statusCode()).isBetween(400, 404);
        assertThat(sockets.all()).isEmpty();
    }

    @Test
    void aCookieDoesNotNameTheSocket() throws Exception {
        var known = "11111111-1111-1111-1111-111111111111";
        var opened = RawClient.request(server.port(), "GET", POLL, null, "Cookie", "io=" + known, "io", known);
        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.body()).doesNotContain(known).contains("\"maxPayload\":65536");
        sockets.all().forEach(LiveSocket::drop);
    }

    @Test
    void otherNamespacesAreNotThere() throws Exception {
        peers.open("ns", "http://localhost:" + server.port() + "/admin",
                Map.of("transports", WEB_SOCKET, "auth", Map.of("token", Tokens.of("ned"))));
        assertThat(peers.next("ns", "connect_error").path("message").asString()).isEqualTo("Invalid namespace");
        peers.close("ns");
        try (var raw = new RawClient(server.port()).greeted()) {
            raw.send("42/admin,[\"register\",{\"token\":\"" + Tokens.of("ned") + "\"}]");
            assertThat(raw.next()).startsWith("44/admin,");
        }
        assertThat(sockets.reach("ned")).isFalse();
    }

    @Test
    void whatIsNotServedIsAnErrorAndChangesNothing(CapturedOutput log) throws Exception {
        var canary = "canary-in-a-payload";
        var deep = "[".repeat(5000) + "\"" + canary + "\"" + "]".repeat(5000);
        for (var packet : List.of("42[\"initiate_call\",{\"calledId\":\"" + canary + "\"",
                "42{\"a\":\"" + canary + "\"}",
                "42[7,\"" + canary + "\"]", "42[]", "42", "42[\"no_such_event_" + canary + "\",{}]",
                "42[\"accept_call\"," + deep + "]", "42" + "9".repeat(60_000) + "[\"accept_call\",{}]",
                "43" + "1[\"" + canary + "\"]", "4999-[\"" + canary + "\"]", "2" + canary, "9", "4", "x" + canary,
                "b4" + canary, "5", "2probe", "40{\"token\":", "40", "", "42[\"a\",\"b\"]\u001e" + canary)) {
            try (var raw = new RawClient(server.port()).greeted()) {
                raw.send("42[\"register\",\"" + Tokens.of("hal") + "\"]");
                raw.until("42[\"registered\"");
                raw.send(packet);
                assertThat(raw.until("42[\"error\"")).contains("\"code\":\"invalid_request\"")
                        .doesNotContain(canary);
                assertStillThere(raw);
            }
        }
        assertThat(Api.user(http, "hal").get("/api/call?limit=1").mustBe(200).path("calls")).isEmpty();
        assertThat(log).doesNotContain(canary);
    }

    @Test
    void attachmentsAreRefused() throws Exception {
        peers.connected("ida", "ida", WEB_SOCKET);
        peers.emit("ida", "initiate_call", Map.of("bytes", List.of(1, 2, 3)));
        assertThat(peers.next("ida", "error").path("code").asString()).isEqualTo("invalid_request");
        peers.connected("ike", "ike", POLLING);
        peers.emit("ike", "initiate_call", Map.of("bytes", List.of(1, 2, 3)));
        assertThat(peers.next("ike", "error").path("code").asString()).isEqualTo("invalid_request");
        // both go on
        assertThat(peers.ask("ida", "end_call", Map.of()).path("status").asInt()).isEqualTo(400);
        assertThat(peers.ask("ike", "end_call", Map.of()).path("status").asInt()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "\"room\"", "null", "[1]", "{\"roomId\":7}", "{\"roomId\":{\"a\":1}}",
            "{\"callId\":\"no-uuid\"}", "{\"roomId\":\"a\",\"reason\":[]}", "{}"})
    void argumentsOfAnotherTypeAreAProblem(String argument) throws Exception {
        try (var raw = new RawClient(server.port()).greeted()) {
            raw.send("420[\"register\",\"" + Tokens.of("jon") + "\"]");
            raw.until("430");
            raw.send("421[\"reject_call\"," + argument + "]");
            assertThat(raw.until("431")).contains("\"code\":\"invalid_request\"", "\"status\":400");
            assertStillThere(raw);
        }
    }

    @Test
    void whatIsTooLargeEndsTheConnectionAndNothingElse() throws Exception {
        var huge = "x".repeat(70_000);
        try (var raw = new RawClient(server.port()).greeted(); var other = new RawClient(server.port()).greeted()) {
            raw.send("42[\"register\",\"" + huge + "\"]");
            assertThat(raw.next()).startsWith("close");
            try (var parts = new RawClient(server.port()).greeted()) {
                parts.sendText("42[\"register\",\"", false);
                parts.sendText(huge.substring(35_000), false);
                parts.sendText(huge.substring(35_000), true);
                assertThat(parts.next()).startsWith("close");
            }
            other.send("420[\"end_call\",{}]");
            assertThat(other.next()).startsWith("430");
        }
    }

    @Test
    void whoDoesNotLearnIsSentAway() throws Exception {
        try (var raw = new RawClient(server.port()).greeted()) {
            for (int i = 0; i < 11; i++) {
                raw.send("9");
            }
            raw.until("41");
            raw.until("close");
        }
    }

    @Test
    void aFloodOfCommandsIsRefusedAndTheSocketGoesOn() throws Exception {
        try (var raw = new RawClient(server.port()).greeted()) {
            raw.send("42[\"register\",\"" + Tokens.of("kai") + "\"]");
            raw.until("42[\"registered\"");
            var many = new StringBuilder("420[\"end_call\",{}]");
            for (int i = 1; i < 90; i++) {
                many.append('\u001e').append("42").append(i).append("[\"end_call\",{}]");
            }
            raw.send(many.toString());
            var heard = raw.untilEach("42[\"error\"", "430");
            assertThat(heard.get("42[\"error\"")).contains("rate_limited");
            // the first one was carried out
            assertThat(heard.get("430")).contains("\"status\":400");
            raw.send("4298[\"no_such_event\"]");
            raw.until("4398");
        }
    }

    @Test
    void aReaderThatDoesNotReadIsDroppedAndHoldsUpNobody() throws Exception {
        peers.connected("slow", "slow", WEB_SOCKET);
        peers.connected("quick", "quick", WEB_SOCKET);
        peers.pause("slow");

        for (int i = 0; i < NOTICES && sockets.reach("slow"); i++) {
            sockets.tell(notice("slow"));
        }
        assertThat(sockets.tell(notice("quick"))).isEqualTo(1);
        peers.next("quick", "incoming_call");

        await().atMost(Duration.ofSeconds(20)).until(() -> !sockets.reach("slow"));
        assertThat(sockets.tell(notice("slow"))).isZero();
    }

    @Test
    void aPollerThatDoesNotPollIsDropped() throws Exception {
        var opened = RawClient.request(server.port(), "GET", POLL, null);
        var poll = POLL + "&sid=" + opened.body().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
        RawClient.request(server.port(), "POST", poll, "40{\"token\":\"" + Tokens.of("lazy") + "\"}");
        await().until(() -> sockets.reach("lazy"));

        int told = 0;
        while (sockets.reach("lazy") && told <= NOTICES) {
            told += sockets.tell(notice("lazy"));
        }

        assertThat(told).isBetween(5, 40);
        assertThat(RawClient.request(server.port(), "GET", poll, null).statusCode()).isEqualTo(400);
    }

    private void assertStillThere(RawClient raw) throws Exception {
        raw.send("4299[\"end_call\",{}]");
        assertThat(raw.until("4399")).contains("\"status\":400");
    }

    private static String shortLived(String userId) {
        return Tokens.signed(claims -> claims.subject(userId)
                .expirationTime(Date.from(Clock.systemUTC().instant().plusSeconds(3))));
    }

    private static Notice notice(String recipient) {
        var subject = new Notice.Subject(UUID.randomUUID(), "room", 1, "ringing", null, "video", "alice", "Alice",
                recipient, List.of(), Instant.EPOCH, null, null, "on_accept", false,
                "{\"x\":\"" + "y".repeat(2000) + "\"}");
        return new Notice(recipient, NoticeType.INCOMING_CALL, subject, null, null, Instant.EPOCH, 0, null, null, null,
                null);
    }
}
