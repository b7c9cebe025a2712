package dev.ringback.webhook.enablex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.room.RoomSimulation;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Secrets;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/// EnableX's webhook, from its request to the users' sockets, with the simulator in EnableX's place.
@IntegrationTest
@TestPropertySource(properties = {"ringback.webhook.enablex.username=enablex",
        "ringback.webhook.enablex.password=" + EnableXWebhookIntegrationTest.PASSWORD,
        "ringback.rate-limit.enabled=true",
        "ringback.rate-limit.anonymous-per-address=3", "ringback.http.trusted-proxies=127.0.0.1,::1"})
class EnableXWebhookIntegrationTest {
    private static final String HOOK = "/webhooks/enablex";
    static final String PASSWORD = "a-long-random-password";
    private static final String GOOD = basic("enablex:" + PASSWORD);

    static {
        Secrets.used(PASSWORD);
    }

    @LocalServerPort
    private int port;
    @Autowired
    private RoomSimulation rooms;
    @Autowired
    private JdbcClient jdbc;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice-" + run;
    private final String bobId = "bob-" + run;

    @AfterEach
    void providerWorksAgain() {
        rooms.configure(Duration.ZERO, 0);
    }

    @Test
    void theEndOfTheSessionEndsTheCallAndFreesItsUsers() throws Exception {
        try (var phone = StompUser.connected(port, aliceId, "phone");
                var tablet = StompUser.connected(port, bobId, "tablet")) {
            var call = accepted();
            tablet.next("incoming_call");
            phone.next("call_accepted");
            tablet.next("call_answered_elsewhere");
            enter(call);
            leave(call);
            tell("roomdrop", call).mustBe(200);
            for (var device : new StompUser[]{phone, tablet}) {
                var ended = device.next("call_ended");
                assertThat(ended.get("state").asString()).isEqualTo("ended");
                assertThat(ended.get("reason").asString()).isEqualTo("ended");
            }
            tell("roomdrop", call).mustBe(200);
            Api.user(port, "carol-" + run).call(bobId);
            assertThat(tablet.next("incoming_call").path("busy").asBoolean(false)).isFalse();
            phone.nothingMore();
        }
    }

    @Test
    void theTraceSaysThatNobodyWasInTheRoom() {
        var call = accepted();
        enter(call);
        leave(call);
        tell("roomdrop", call).mustBe(200);
        await().until(() -> isOver(call));
        var alice = Api.user(port, aliceId);
        await().untilAsserted(
                () -> assertThat(alice.get("/api/call/" + call.get("call_id").asString() + "/trace")
                        .mustBe(200)
                        .get("steps")
                        .valueStream()
                        .map(step -> step.get("step").asString())).contains("room_found_empty", "ended"));
    }

    @Test
    void aCallWithPeopleInItsRoomGoesOn() {
        var call = accepted();
        enter(call);
        tell("roomdrop", call).mustBe(200);
        awaitChecked(call);
        assertThat(isOver(call)).isFalse();
    }

    @Test
    void aRingingCallGoesOn() {
        var call = Api.user(port, aliceId).call(bobId);
        enter(call);
        leave(call);
        tell("roomdrop", call).mustBe(200);
        awaitChecked(call);
        assertThat(Api.user(port, aliceId).read(call).get("state").asString()).isEqualTo("ringing");
    }

    @Test
    void whileTheProviderIsDownNoCallEndsAndThenItDoes() {
        var call = accepted();
        enter(call);
        leave(call);
        rooms.configure(Duration.ZERO, 1);
        tell("roomdrop", call).mustBe(200);
        await().until(() -> checks(call) == 1);
        assertThat(isOver(call)).isFalse();
        rooms.configure(Duration.ZERO, 0);
        await().atMost(Duration.ofSeconds(20)).until(() -> isOver(call));
    }

    @Test
    void aRoomThatWasEnteredIsNotUsedForARedial() {
        var alice = Api.user(port, aliceId);
        var first = alice.call(bobId);
        tell("participant.joined", first).mustBe(200);
        tell("session.started", first).mustBe(200);
        alice.command("cancel", first).mustBe(200);
        var second = alice.call(bobId);
        assertThat(second.get("room_id")).isNotEqualTo(first.get("room_id"));
        // one that nobody entered is
        alice.command("cancel", second).mustBe(200);
        assertThat(alice.call(bobId).get("room_id")).isEqualTo(second.get("room_id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":\"recording\",\"room_id\":\"r1\"}", "{\"type\":\"roomdrop\"}",
            "{\"type\":\"roomdrop\",\"room_id\":\"nobodys-room\"}", "{\"type\":\"roomdrop\",\"room_id\":\"a\\u0000b\"}",
            "{\"type\":{\"a\":[1]},\"event\":null,\"room_id\":7}"})
    void whatIsOfNoConcernIsTakenAndLeft(String body) {
        nobody().post(HOOK, body, "Authorization", GOOD).mustBe(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "\"roomdrop\"", "type=roomdrop", "{\"type\":\"roomdrop\"} {}"})
    void whatIsNoJsonObjectIsRefused(String body) {
        nobody().post(HOOK, body, "Authorization", GOOD).mustBe(400, "invalid_request");
    }

    @Test
    void whatIsTooLongIsRefused() {
        nobody().post(HOOK, "{\"type\":\"" + "x".repeat(70_000) + "\"}", "Authorization", GOOD)
                .mustBe(413, "body_too_large");
    }

    @Test
    void whoDoesNotProveToBeEnableXIsRefusedAndThenNotHeard() {
        var call = accepted();
        var body = event("roomdrop", call);
        enter(call);
        leave(call);
        var wrong = new String[]{basic("enablex:wrong"), basic("enablex:"), "Basic %"};
        for (var authorization : wrong) {
            var refused = nobody().post(HOOK, body, "Authorization", authorization, "X-Forwarded-For", "203.0.113.7");
            refused.mustBe(401, "unauthenticated");
            assertThat(refused.response().headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Basic ");
        }
        nobody().post(HOOK, body, "X-Forwarded-For", "203.0.113.7").mustBe(429, "rate_limited");
        nobody().post(HOOK, body, "X-Forwarded-For", "203.0.113.8").mustBe(401, "unauthenticated");
        // a user's token, or the operator's, is no proof
        Api.as(port, Tokens.server()).post(HOOK, body, "X-Forwarded-For", "203.0.113.9").mustBe(401, "unauthenticated");
        // malformed as well: nobody's body is read
        nobody().post(HOOK, "{", "X-Forwarded-For", "203.0.113.8").mustBe(401, "unauthenticated");
        assertThat(checks(call)).isEqualTo(-1);
        // and EnableX's own requests pass, however many come from there
        for (int i = 0; i < 5; i++) {
            nobody().post(HOOK, "{}", "Authorization", GOOD, "X-Forwarded-For", "203.0.113.7").mustBe(200);
        }
    }

    private JsonNode accepted() {
        var call = Api.user(port, aliceId).call(bobId);
        Api.user(port, bobId).command("accept", call).mustBe(200);
        return call;
    }

    private Api nobody() {
        return Api.as(port, null);
    }

    private void enter(JsonNode call) {
        rooms.enter(room(call), "alice");
    }

    private void leave(JsonNode call) {
        rooms.leave(room(call), "alice");
    }

    private Api.Answer tell(String type, JsonNode call) {
        return nobody().post(HOOK, event(type, call), "Authorization", GOOD);
    }

    private static String event(String type, JsonNode call) {
        return "{\"type\":\"%s\",\"trans_date\":1762345678,\"app_id\":\"app\",\"room_id\":\"%s\",\"conf_num\":\"1\"}"
                .formatted(type, room(call));
    }

    private boolean isOver(JsonNode call) {
        return Api.user(port, aliceId).read(call).get("state").asString().equals("ended");
    }

    /// Waits until what was told of the call's room is looked at.
    private void awaitChecked(JsonNode call) {
        await().until(() -> jdbc.sql("select checks > 0 and check_at is null from used_room where room_id = :room")
                .param("room", room(call))
                .query(Boolean.class)
                .single());
    }

    /// How often the call's room was looked at; -1 when nothing was heard of it.
    private int checks(JsonNode call) {
        return jdbc.sql("select checks from used_room where room_id = :room")
                .param("room", room(call))
                .query(Integer.class)
                .optional()
                .orElse(-1);
    }

    private static String room(JsonNode call) {
        return call.get("room_id").asString();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }
}
