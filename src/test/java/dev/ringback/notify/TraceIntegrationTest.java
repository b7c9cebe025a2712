package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.Tokens;
import java.sql.Timestamp;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// The ring trace, as the caller reads it.
@PushDriven
class TraceIntegrationTest {
    @LocalServerPort
    private int port;
    @Autowired
    private PushDriven.Provider provider;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    @Test
    void theTraceTellsTheWholeWayOfARing() {
        device("trace-bob", "phone", "trace-phone-token");
        var alice = Api.user(port, "trace-alice");
        var call = alice.call("trace-bob");
        var bob = Api.user(port, "trace-bob");
        await().until(() -> provider.to("trace-phone-token").size() == 1);
        bob.command("ringing", call, ",\"device_id\":\"phone\"").mustBe(204);
        bob.command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        alice.command("end", call).mustBe(200);
        // each is written behind by a writer of its own
        await().untilAsserted(() -> {
            var told = trace(alice, call);
            assertThat(steps(told)).contains("room_made", "committed", "told_sockets", "rings", "accepted",
                    "token_issued", "ended");
            var ring = told.get("deliveries").get(0);
            assertThat(ring.get("state").asString()).isEqualTo("sent");
            assertThat(ring.get("acknowledged_at").isNull()).isFalse();
            assertThat(ring.get("attempts").isEmpty()).isFalse();
        });
        var trace = trace(alice, call);
        var delivery = trace.get("deliveries").get(0);
        assertThat(delivery.get("type").asString()).isEqualTo("incoming_call");
        assertThat(delivery.get("state").asString()).isEqualTo("sent");
        assertThat(delivery.get("device_id").asString()).isEqualTo("phone");
        assertThat(delivery.get("acknowledged_at").asString()).isNotBlank();
        var attempt = delivery.get("attempts").get(0);
        assertThat(attempt.get("outcome").asString()).isEqualTo("delivered");
        assertThat(attempt.get("channel").asString()).isEqualTo("phones");
        assertThat(attempt.get("provider_id").asString()).isNotBlank();
        assertThat(attempt.get("token").asString()).isEqualTo("…oken");
        assertThat(attempt.get("took_ms").isNumber()).isTrue();
        assertThat(trace.get("called").get(0).get("rang").asBoolean()).isTrue();
        assertThat(trace.get("received_at").asString()).isNotBlank();
        assertThat(trace.toString()).doesNotContain("trace-phone-token").doesNotContain("eyJ");
    }

    @Test
    void theTraceSaysWhyNothingRang() {
        device("deaf-bob", "phone", "deaf-phone-token");
        provider.answer("deaf-phone-token", new Outcome.DeadToken("UNREGISTERED", null));
        var alice = Api.user(port, "deaf-alice");
        var call = alice.call("deaf-bob");
        await().untilAsserted(() -> assertThat(why(trace(alice, call)))
                .isEqualTo(
                        "No socket was open, and the one device has not rung: phones says that its token is dead (UNREGISTERED), so the token was removed."));
        var attempt = trace(alice, call).get("deliveries").get(0).get("attempts").get(0);
        assertThat(attempt.get("token_removed").asBoolean()).isTrue();

        var again = alice.call("deaf-bob");
        await().untilAsserted(
                () -> assertThat(alice.read(again).get("reason").asString("")).isEqualTo("unreachable"));
        await().untilAsserted(() -> assertThat(steps(trace(alice, again))).contains("withdrawn"));
        assertThat(why(trace(alice, again))).isEqualTo("No socket was open, and no device is registered for pushes.");
    }

    @Test
    void onlyTheCallerAndTheOperatorSeeIt() {
        var call = Api.user(port, "secret-alice").call("secret-bob");
        var path = "/api/call/" + call.get("call_id").asString() + "/trace";
        Api.user(port, "secret-bob").get(path).mustBe(403, "not_a_party");
        Api.user(port, "stranger").get(path).mustBe(404, "call_not_found");
        Api.as(port, null).get(path).mustBe(401, "unauthenticated");
        Api.as(port, Tokens.server()).get(path).mustBe(200);
    }

    @Test
    void theCheckOfTheChannelsIsForTheOperator() {
        Api.user(port, "secret-bob").get("/api/push/check").mustBe(403, "forbidden");
        var checked = Api.as(port, Tokens.server()).get("/api/push/check").mustBe(200);
        var phones = StreamSupport.stream(checked.get("channels").spliterator(), false)
                .filter(channel -> channel.get("channel").asString().equals("phones"))
                .findFirst()
                .orElseThrow();
        assertThat(phones.get("on").asBoolean()).isTrue();
        assertThat(phones.get("ok").asBoolean()).isTrue();
        assertThat(phones.get("message").asString()).isEqualTo("scripted");
    }

    private static JsonNode trace(Api caller, JsonNode call) {
        return caller.get("/api/call/" + call.get("call_id").asString() + "/trace").mustBe(200);
    }

    private static String why(JsonNode trace) {
        return trace.get("called").get(0).get("because").asString();
    }

    private static List<String> steps(JsonNode trace) {
        return StreamSupport.stream(trace.get("steps").spliterator(), false)
                .map(step -> step.get("step").asString())
                .toList();
    }

    private void device(String userId, String deviceId, String token) {
        jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, environment, registered_at, used_at)
                values (:user, :device, 'android', :token, 'PRODUCTION', :now, :now)""")
                .param("user", userId)
                .param("device", deviceId)
                .param("token", token)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }
}
