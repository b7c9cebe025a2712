package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Every way in which a call can go, over HTTP.
@IntegrationTest
class CallLifeIntegrationTest {
    @LocalServerPort
    private int port;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private String aliceId = "alice-" + run;
    private String bobId = "bob-" + run;
    private Api alice;
    private Api bob;
    private Api carol;
    private String carolId = "carol-" + run;

    @BeforeEach
    void users() {
        alice = Api.user(port, aliceId);
        bob = Api.user(port, bobId);
        carol = Api.user(port, carolId);
    }

    @Test
    void aNewCallRings() {
        var call = alice.initiate("""
                {"called_id":"%s","caller_name":"Alice","call_type":"audio","ring_timeout":30,"custom":{"topic":"x"}}"""
                .formatted(bobId));
        assertThat(call.get("state").asString()).isEqualTo("ringing");
        assertThat(UUID.fromString(call.get("call_id").asString()).version()).isEqualTo(7);
        assertThat(call.get("room_id").asString()).isNotBlank();
        assertThat(call.get("caller_token").asString()).isNotBlank();
        assertThat(call.get("version").asInt()).isEqualTo(1);
        assertThat(call.get("caller_name").asString()).isEqualTo("Alice");
        assertThat(call.get("called_id").asString()).isEqualTo(bobId);
        assertThat(call.get("call_type").asString()).isEqualTo("audio");
        assertThat(call.get("token_delivery").asString()).isEqualTo("on_accept");
        assertThat(call.get("glare").asBoolean()).isFalse();
        assertThat(call.get("custom").get("topic").asString()).isEqualTo("x");
        assertThat(call.get("created_at").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(ringSeconds(call)).isEqualTo(30);
        var invitation = call.get("invitations").get(0);
        assertThat(invitation.propertyNames()).containsExactlyInAnyOrder("user_id", "state", "ringing_at",
                "answered_at");
        assertThat(invitation.get("state").asString()).isEqualTo("ringing");
        assertThat(bob.get("/api/call/active").mustBe(200).get("calls").get(0).get("call_id"))
                .isEqualTo(call.get("call_id"));
    }

    @Test
    void theFirstDeviceWins() {
        var call = alice.call(bobId);
        var won = bob.command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        assertThat(won.get("state").asString()).isEqualTo("accepted");
        assertThat(won.get("token").asString()).isNotBlank();
        assertThat(won.get("room_id")).isEqualTo(call.get("room_id"));
        assertThat(won.get("answered_by_device").asString()).isEqualTo("phone");
        assertThat(won.get("version").asInt()).isEqualTo(2);

        var lost = bob.command("accept", call, ",\"device_id\":\"tablet\"").mustBe(409, "answered_elsewhere");
        assertThat(lost.get("state").asString()).isEqualTo("accepted");
        assertThat(lost.get("call").get("version").asInt()).isEqualTo(2);
        bob.command("accept", call).mustBe(409, "answered_elsewhere");
        bob.command("token", call, ",\"device_id\":\"tablet\"").mustBe(409, "answered_elsewhere");

        var again = bob.command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        assertThat(again.get("token").asString()).isNotEqualTo(won.get("token").asString());
        assertThat(again.get("version").asInt()).isEqualTo(2);
    }

    @Test
    void anAcceptWithoutADeviceIsBoundToTheUser() {
        var call = alice.call(bobId);
        bob.command("accept", call).mustBe(200);
        bob.command("accept", call).mustBe(200);
        bob.command("accept", call, ",\"device_id\":\"tablet\"").mustBe(409, "answered_elsewhere");
    }

    @Test
    void aCallCanBeNamedByItsRoom() {
        var call = alice.call(bobId);
        var room = call.get("room_id").asString();
        bob.post("/api/call/accept", "{\"room_id\":\"%s\",\"user_id\":\"%s\"}".formatted(room, bobId)).mustBe(200);
        assertThat(alice.get("/api/call/" + room).mustBe(200).get("state").asString()).isEqualTo("accepted");
    }

    @Test
    void aRejectedCallIsOver() {
        var call = alice.call(bobId);
        var rejected = bob
                .command("reject", call, ",\"caller_id\":\"%s\",\"reason\":\"In a meeting\"".formatted(aliceId))
                .mustBe(200);
        assertThat(rejected.get("state").asString()).isEqualTo("rejected");
        assertThat(rejected.get("reason").asString()).isEqualTo("declined");
        assertThat(rejected.get("reason_text").asString()).isEqualTo("In a meeting");
        bob.command("reject", call).mustBe(200);
        bob.command("accept", call).mustBe(409, "call_not_active");
        alice.command("cancel", call).mustBe(409, "call_not_active");
        alice.command("token", call).mustBe(409, "call_not_active");
    }

    @Test
    void theUsersOwnWordsAreKeptUpTo200Characters() {
        var words = "x".repeat(200);
        var call = alice.call(bobId);
        assertThat(bob.command("reject", call, ",\"reason\":\"\\u202e%s\"".formatted(words.substring(1)))
                .mustBe(200)
                .get("reason_text")
                .asString()).isEqualTo(words.substring(1));
        var other = alice.call(carolId);
        assertThat(carol.command("reject", other, ",\"reason\":\"%s\"".formatted(words))
                .mustBe(200)
                .get("reason_text")
                .asString()).isEqualTo(words);
    }

    @Test
    void aUserCanSayBusy() {
        var call = alice.call(bobId);
        var rejected = bob.command("reject", call, ",\"reason\":\"busy\"").mustBe(200);
        assertThat(rejected.get("reason").asString()).isEqualTo("busy");
        assertThat(rejected.has("reason_text")).isFalse();
    }

    @Test
    void anAcceptedCallCannotBeRejectedFromAnotherDevice() {
        var call = alice.call(bobId);
        bob.command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        bob.command("reject", call).mustBe(409, "answered_elsewhere");
        assertThat(alice.read(call).get("state").asString()).isEqualTo("accepted");
        assertThat(alice.read(call).get("version").asInt()).isEqualTo(2);
    }

    @Test
    void theCallerCancels() {
        var call = alice.call(bobId);
        bob.command("cancel", call).mustBe(403, "not_a_party");
        var cancelled = alice.command("cancel", call).mustBe(200);
        assertThat(cancelled.get("state").asString()).isEqualTo("cancelled");
        assertThat(cancelled.get("reason").asString()).isEqualTo("caller");
        assertThat(cancelled.get("invitations").get(0).get("state").asString()).isEqualTo("cancelled");
        alice.command("cancel", call).mustBe(200);
        bob.command("accept", call).mustBe(409, "call_not_active");
    }

    @Test
    void anAcceptedCallIsEndedByEitherSide() {
        var call = alice.call(bobId);
        alice.command("end", call).mustBe(409, "call_not_active");
        bob.command("accept", call).mustBe(200);
        alice.command("cancel", call).mustBe(409, "call_not_active");
        var ended = bob.command("end", call).mustBe(200);
        assertThat(ended.get("state").asString()).isEqualTo("ended");
        assertThat(ended.get("reason").asString()).isEqualTo("ended");
        alice.command("end", call).mustBe(200);
        assertThat(alice.get("/api/call/active").mustBe(200).get("calls")).isEmpty();
    }

    @Test
    void anUnansweredCallTimesOut() {
        var call = alice.initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bobId));
        var missed = await().atMost(Duration.ofSeconds(20))
                .until(() -> alice.read(call), c -> !c.get("state").asString().equals("ringing"));
        assertThat(missed.get("state").asString()).isEqualTo("cancelled");
        assertThat(missed.get("reason").asString()).isEqualTo("timeout");
        assertThat(missed.get("invitations").get(0).get("state").asString()).isEqualTo("missed");
        var late = Duration.between(Instant.parse(missed.get("expires_at").asString()),
                Instant.parse(missed.get("ended_at").asString()));
        assertThat(late).isBetween(Duration.ZERO, Duration.ofSeconds(3));
    }

    @Test
    void aDeviceAcknowledgesThatItRings() {
        var call = alice.call(bobId);
        bob.command("ringing", call, ",\"device_id\":\"phone\"").mustBe(204);
        bob.command("ringing", call, ",\"device_id\":\"tablet\"").mustBe(204);
        var ringing = alice.read(call);
        assertThat(ringing.get("invitations").get(0).get("ringing_at").asString()).isNotBlank();
        assertThat(ringing.get("version").asInt()).isEqualTo(2);
        alice.command("ringing", call).mustBe(403, "not_a_party");
        alice.command("cancel", call).mustBe(200);
        bob.command("ringing", call).mustBe(409, "call_not_active");
    }

    @Test
    void oneDeviceCanIgnoreWhileTheOthersRing() {
        var call = alice.call(bobId);
        bob.command("ignore", call).mustBe(400, "invalid_request");
        bob.command("ignore", call, ",\"device_id\":\"tablet\"").mustBe(204);
        assertThat(alice.read(call).get("state").asString()).isEqualTo("ringing");
        bob.command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
    }

    @Test
    void aGroupCallIsAcceptedByTheFirstAndRingsOnForTheOthers() {
        var call = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId));
        assertThat(call.has("called_id")).isFalse();
        bob.command("accept", call).mustBe(200);
        var accepted = alice.read(call);
        assertThat(accepted.get("state").asString()).isEqualTo("accepted");
        assertThat(stateOf(accepted, carolId)).isEqualTo("ringing");
        carol.command("end", call).mustBe(403, "not_a_party");
        carol.command("accept", call).mustBe(200);
        assertThat(stateOf(alice.command("end", call).mustBe(200), carolId)).isEqualTo("accepted");
    }

    @Test
    void aGroupCallIsRejectedWhenEverybodyHas() {
        var call = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId));
        assertThat(bob.command("reject", call).mustBe(200).get("state").asString()).isEqualTo("ringing");
        assertThat(carol.command("reject", call).mustBe(200).get("state").asString()).isEqualTo("rejected");
    }

    @Test
    void aPartyInvitesAgainAndAnew() {
        var call = alice.call(bobId);
        bob.command("reject", call).mustBe(200);
        alice.command("invite", call, ",\"user_ids\":[\"%s\"]".formatted(carolId)).mustBe(409, "call_not_active");

        var group = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId));
        bob.command("accept", group).mustBe(200);
        carol.command("reject", group).mustBe(200);
        var again = bob.command("invite", group, ",\"user_ids\":[\"%s\",\"dave-%s\"]".formatted(carolId, run))
                .mustBe(200);
        assertThat(stateOf(again, carolId)).isEqualTo("ringing");
        assertThat(stateOf(again, "dave-" + run)).isEqualTo("ringing");
        assertThat(stateOf(again, bobId)).isEqualTo("accepted");
        carol.command("accept", group).mustBe(200);
    }

    @Test
    void twoWhoCallEachOtherMeetInOneCall() {
        var first = alice.call(bobId);
        var second = bob.call(aliceId);
        assertThat(second.get("call_id")).isEqualTo(first.get("call_id"));
        assertThat(second.get("room_id")).isEqualTo(first.get("room_id"));
        assertThat(second.get("state").asString()).isEqualTo("accepted");
        assertThat(second.get("glare").asBoolean()).isTrue();
        assertThat(second.get("caller_token").asString()).isNotBlank();
    }

    @Test
    void aRedialUsesTheRoomAgain() {
        var first = alice.call(bobId);
        bob.command("reject", first).mustBe(200);
        var second = alice.call(bobId);
        assertThat(second.get("room_id")).isEqualTo(first.get("room_id"));
        assertThat(second.get("call_id")).isNotEqualTo(first.get("call_id"));
        // by its room, the newest call counts
        assertThat(alice.get("/api/call/" + first.get("room_id").asString()).mustBe(200).get("call_id"))
                .isEqualTo(second.get("call_id"));
        bob.command("accept", second).mustBe(200);
        alice.command("end", second).mustBe(200);
        // a session has begun in it
        assertThat(alice.call(bobId).get("room_id")).isNotEqualTo(first.get("room_id"));
    }

    @Test
    void theSameKeyGetsTheSameCall() {
        var body = "{\"called_id\":\"%s\"}".formatted(bobId);
        var first = alice.post("/api/call/initiate", body, "Idempotency-Key", "k1").mustBe(201);
        var replay = alice.post("/api/call/initiate", body, "Idempotency-Key", "k1");
        var second = replay.mustBe(201);
        assertThat(replay.response().headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(second.get("call_id")).isEqualTo(first.get("call_id"));
        assertThat(second.get("version")).isEqualTo(first.get("version"));
        assertThat(second.get("caller_token").asString()).isNotEqualTo(first.get("caller_token").asString());
        alice.post("/api/call/initiate", "{\"called_id\":\"%s\"}".formatted(carolId), "Idempotency-Key", "k1")
                .mustBe(422, "idempotency_mismatch");
        // another caller's key is another key
        assertThat(carol.post("/api/call/initiate", body, "Idempotency-Key", "k1").mustBe(201).get("call_id"))
                .isNotEqualTo(first.get("call_id"));
        alice.command("cancel", first).mustBe(200);
        assertThat(alice.post("/api/call/initiate", body, "Idempotency-Key", "k1").mustBe(201).has("caller_token"))
                .isFalse();
    }

    @Test
    void aStrangerLearnsNothing() {
        var call = alice.call(bobId);
        carol.get("/api/call/" + call.get("call_id").asString()).mustBe(404, "call_not_found");
        for (var command : new String[]{"accept", "token", "reject", "cancel", "end", "ringing"}) {
            carol.command(command, call).mustBe(403, "not_a_party");
        }
        carol.command("ignore", call, ",\"device_id\":\"d\"").mustBe(403, "not_a_party");
        carol.command("invite", call, ",\"user_ids\":[\"x\"]").mustBe(403, "not_a_party");
        assertThat(alice.read(call).get("version").asInt()).isEqualTo(1);
        assertThat(carol.get("/api/call").mustBe(200).get("calls")).isEmpty();
    }

    @Test
    void nobodyActsForAnotherUserButTheServer() {
        var call = alice.call(bobId);
        carol.command("accept", call, ",\"user_id\":\"%s\"".formatted(bobId)).mustBe(403, "user_mismatch");
        carol.post("/api/call/initiate", "{\"called_id\":\"%s\",\"caller_id\":\"%s\"}".formatted(bobId, aliceId))
                .mustBe(403, "user_mismatch");
        var server = Api.as(port, Tokens.server());
        server.command("accept", call).mustBe(400, "invalid_request");
        server.command("accept", call, ",\"user_id\":\"%s\",\"user_name\":\"Bob\"".formatted(bobId)).mustBe(200);
        assertThat(server.read(call).get("state").asString()).isEqualTo("accepted");
        assertThat(server.get("/api/call?user_id=" + bobId).mustBe(200).get("calls")).hasSize(1);
    }

    @Test
    void theTokensNameWins() {
        var call = Api.as(port, Tokens.named(aliceId, "Real\u202e\u0000 Alice"))
                .initiate("{\"called_id\":\"%s\",\"caller_name\":\"The Queen\"}".formatted(bobId));
        assertThat(call.get("caller_name").asString()).isEqualTo("Real Alice");
        var long_ = alice.initiate("{\"called_id\":\"%s\",\"caller_name\":\"%s\"}".formatted(carolId, "x".repeat(300)));
        assertThat(long_.get("caller_name").asString()).hasSize(100);
    }

    @Test
    void historyComesInPagesNewestFirst() {
        for (int i = 0; i < 5; i++) {
            alice.command("cancel", alice.call(i % 2 == 0 ? bobId : carolId)).mustBe(200);
        }
        var live = bob.call(aliceId);
        var first = alice.get("/api/call?limit=4").mustBe(200);
        assertThat(first.get("calls")).hasSize(4);
        assertThat(first.get("calls").get(0).get("call_id")).isEqualTo(live.get("call_id"));
        var second = alice.get("/api/call?limit=4&cursor=" + first.get("next_cursor").asString()).mustBe(200);
        assertThat(second.get("calls")).hasSize(2);
        assertThat(second.get("next_cursor").isNull()).isTrue();
        assertThat(alice.get("/api/call?state=ringing").mustBe(200).get("calls")).hasSize(1);
        assertThat(alice.get("/api/call?state=cancelled").mustBe(200).get("calls")).hasSize(5);
        alice.get("/api/call?state=nonsense").mustBe(400, "invalid_request");
        alice.get("/api/call?limit=0").mustBe(400, "invalid_request");
        alice.get("/api/call?cursor=x").mustBe(400, "invalid_request");
    }

    private static String stateOf(JsonNode call, String userId) {
        for (var invitation : call.get("invitations")) {
            if (invitation.get("user_id").asString().equals(userId)) {
                return invitation.get("state").asString();
            }
        }
        throw new AssertionError(userId + " was not called");
    }

    private static long ringSeconds(JsonNode call) {
        return Duration.between(Instant.parse(call.get("created_at").asString()),
                Instant.parse(call.get("expires_at").asString())).toSeconds();
    }
}
