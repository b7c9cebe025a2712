package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// Every event, at a real STOMP client.
@IntegrationTest
class StompEventsIntegrationTest {
    @LocalServerPort
    private int port;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice/" + run;
    private final String bobId = "bob%2F" + run;
    private final String carolId = "cárol " + run;
    private StompUser alice;
    private StompUser bob;
    private StompUser bobsTablet;
    private StompUser carol;

    @BeforeEach
    void connect() throws Exception {
        alice = StompUser.connected(port, aliceId);
        bob = StompUser.connected(port, bobId);
        bobsTablet = StompUser.connected(port, bobId, "tablet");
        carol = StompUser.connected(port, carolId);
    }

    @AfterEach
    void disconnect() {
        alice.close();
        bob.close();
        bobsTablet.close();
        carol.close();
    }

    @Test
    void aRingReachesEverySocketOfTheCalledUserAndNobodyElse() throws Exception {
        var call = alice.send("initiate", """
                {"called_id":"%s","caller_name":"Alice","ring_timeout":20,"custom":{"a":[1,{"b":null}]}}"""
                .formatted(bobId)).mustBe(201);
        var ring = bob.next("incoming_call");
        assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(ring.get("room_id")).isEqualTo(call.get("room_id"));
        assertThat(ring.get("version").asInt()).isEqualTo(1);
        assertThat(ring.get("state").asString()).isEqualTo("ringing");
        assertThat(ring.get("caller_id").asString()).isEqualTo(aliceId);
        assertThat(ring.get("caller_name").asString()).isEqualTo("Alice");
        assertThat(ring.get("called_id").asString()).isEqualTo(bobId);
        assertThat(ring.get("call_type").asString()).isEqualTo("video");
        assertThat(ring.get("expires_at")).isEqualTo(call.get("expires_at"));
        assertThat(ring.get("expires_in_ms").asLong()).isBetween(15_000L, 20_000L);
        assertThat(ring.get("custom").toString()).isEqualTo("{\"a\":[1,{\"b\":null}]}");
        assertThat(ring.has("token")).isFalse();
        assertThat(ring.has("busy")).isFalse();
        assertThat(ring.has("recipient")).isFalse();
        bobsTablet.next("incoming_call");
        carol.nothingMore();
        alice.nothingMore();
    }

    @Test
    void theCallerHearsOncePerUserThatItRings() throws Exception {
        var call = ring(bobId);
        bob.send("ringing", named(call)).mustBe(204);
        var ringing = alice.next("call_ringing");
        assertThat(ringing.get("user_id").asString()).isEqualTo(bobId);
        assertThat(ringing.get("version").asInt()).isEqualTo(2);
        assertThat(ringing.get("invitations").get(0).get("ringing_at").asString()).isNotBlank();
        bobsTablet.send("ringing", named(call)).mustBe(204);
        alice.nothingMore();
    }

    @Test
    void anAcceptIsToldToTheCallerAndTheOtherDevices() throws Exception {
        var call = ring(bobId);
        var answer = bob.send("accept", named(call, ",\"device_id\":\"phone\"")).mustBe(200);
        assertThat(answer.get("token").asString()).isNotBlank();
        var accepted = alice.next("call_accepted");
        assertThat(accepted.get("answered_by_device").asString()).isEqualTo("phone");
        assertThat(accepted.get("user_id").asString()).isEqualTo(bobId);
        assertThat(accepted.get("version")).isEqualTo(answer.get("version"));
        bobsTablet.next("incoming_call");
        var elsewhere = bobsTablet.next("call_answered_elsewhere");
        assertThat(elsewhere.get("reason").asString()).isEqualTo("answered_elsewhere");
        assertThat(elsewhere.get("answered_by_device").asString()).isEqualTo("phone");
        bobsTablet.send("accept", named(call, ",\"device_id\":\"tablet\"")).mustBe(409, "answered_elsewhere");
    }

    @Test
    void aRejectStopsTheOtherDevicesAndTellsTheCaller() throws Exception {
        var call = ring(bobId);
        bob.send("reject", named(call, ",\"reason\":\"Later\"")).mustBe(200);
        var rejected = alice.next("call_rejected");
        assertThat(rejected.get("reason").asString()).isEqualTo("declined");
        assertThat(rejected.get("reason_text").asString()).isEqualTo("Later");
        assertThat(rejected.get("state").asString()).isEqualTo("rejected");
        bobsTablet.next("incoming_call");
        assertThat(bobsTablet.next("call_answered_elsewhere").get("reason").asString())
                .isEqualTo("declined_elsewhere");
    }

    @Test
    void aCancelStopsTheRingAndIsMissed() throws Exception {
        var call = ring(bobId);
        alice.send("cancel", named(call)).mustBe(200);
        bob.next("incoming_call");
        assertThat(bob.next("call_cancelled").get("reason").asString()).isEqualTo("caller");
        assertThat(bob.next("call_missed").get("version").asInt()).isEqualTo(2);
        alice.nothingMore();
        bob.nothingMore();
    }

    @Test
    void aTimeoutIsToldToBothSides() throws Exception {
        alice.send("initiate", "{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bobId)).mustBe(201);
        bob.next("incoming_call");
        assertThat(alice.next("call_cancelled").get("reason").asString()).isEqualTo("timeout");
        assertThat(bob.next("call_cancelled").get("reason").asString()).isEqualTo("timeout");
        bob.next("call_missed");
    }

    @Test
    void theEndIsToldToTheOtherParties() throws Exception {
        var call = alice.send("initiate", "{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId)).mustBe(201);
        bob.next("incoming_call");
        carol.next("incoming_call");
        bob.send("accept", named(call)).mustBe(200);
        alice.next("call_accepted");
        assertThat(carol.next("call_accepted").get("state").asString()).isEqualTo("accepted");
        bob.next("call_answered_elsewhere");
        bob.send("end", named(call)).mustBe(200);
        assertThat(alice.next("call_ended").get("reason").asString()).isEqualTo("ended");
        // carol's phone still rang
        carol.next("call_ended");
        bob.nothingMore();
    }

    @Test
    void anIgnoringDeviceIsNotRungAgainWhenItReconnects() throws Exception {
        var call = ring(bobId);
        bobsTablet.next("incoming_call");
        bobsTablet.send("ignore", named(call, ",\"device_id\":\"tablet\"")).mustBe(204);
        try (var tabletAgain = StompUser.connected(port, bobId, "tablet");
                var phone = StompUser.connected(port, bobId, "phone")) {
            phone.next("incoming_call");
            tabletAgain.nothingMore();
        }
    }

    @Test
    void aLateSubscriberGetsTheSnapshotFirst() throws Exception {
        var call = ring(bobId);
        bob.send("ringing", named(call)).mustBe(204);
        try (var late = StompUser.connected(port, bobId)) {
            var snapshot = late.next("incoming_call");
            assertThat(snapshot.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(snapshot.get("version").asInt()).isEqualTo(2);
            bob.send("accept", named(call)).mustBe(200);
            late.next("call_answered_elsewhere");
        }
        try (var late = StompUser.connected(port, bobId); var lateCaller = StompUser.connected(port, aliceId)) {
            late.next("call_accepted");
            assertThat(lateCaller.next("call_accepted").get("state").asString()).isEqualTo("accepted");
        }
    }

    @Test
    void theRingOfABusyUserSaysSo() throws Exception {
        var call = ring(bobId);
        bob.send("accept", named(call)).mustBe(200);
        bob.rest();
        carol.send("initiate", "{\"called_id\":\"%s\"}".formatted(bobId)).mustBe(201);
        assertThat(bobsTablet.next("incoming_call").has("busy")).isFalse();
        bobsTablet.next("call_answered_elsewhere");
        assertThat(bobsTablet.next("incoming_call").get("busy").asBoolean()).isTrue();
    }

    @Test
    void anEmbeddedTokenComesWithTheRing() throws Exception {
        var call = alice.send("initiate", """
                {"called_ids":["%s","%s"],"token_delivery":"embedded"}""".formatted(bobId, carolId)).mustBe(201);
        var bobs = bob.next("incoming_call").get("token").asString();
        var carols = carol.next("incoming_call").get("token").asString();
        assertThat(bobs).isNotBlank().isNotEqualTo(carols);
        assertThat(bob.send("accept", named(call)).mustBe(200).get("token").asString()).isNotEqualTo(bobs);
    }

    @Test
    void glareIsOneAcceptedCallForBoth() throws Exception {
        var call = ring(bobId);
        var merged = bob.send("initiate", "{\"called_id\":\"%s\"}".formatted(aliceId)).mustBe(201);
        assertThat(merged.get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(alice.next("call_accepted").get("glare").asBoolean()).isTrue();
        bobsTablet.next("incoming_call");
        bobsTablet.next("call_answered_elsewhere");
    }

    @Test
    void aCommandOverHttpIsToldToSocketsToo() throws Exception {
        var call = ring(bobId);
        Api.user(port, bobId).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        alice.next("call_accepted");
    }

    @Test
    void anAnsweredCommandCarriesTheProblem() throws Exception {
        bob.send("accept", "{\"call_id\":\"%s\"}".formatted(UUID.randomUUID())).mustBe(404, "call_not_found");
        bob.send("accept", "{}").mustBe(400, "invalid_request");
        bob.send("accept", "{\"call_id\":1}").mustBe(400, "invalid_request");
        bob.send("initiate", "not json").mustBe(400, "invalid_request");
        bob.send("initiate", "null").mustBe(400, "invalid_request");
        bob.send("initiate", "{\"called_id\":\"\"}").mustBe(400, "invalid_request");
        alice.send("initiate", "{\"called_id\":\"x\"}", "idempotency-key", "k").mustBe(201);
        alice.send("initiate", "{\"called_id\":\"y\"}", "idempotency-key", "k").mustBe(422, "idempotency_mismatch");
    }

    private JsonNode ring(String calledId) throws InterruptedException {
        return alice.send("initiate", "{\"called_id\":\"%s\"}".formatted(calledId)).mustBe(201);
    }

    private static String named(JsonNode call) {
        return named(call, "");
    }

    private static String named(JsonNode call, String more) {
        return "{\"call_id\":\"%s\"%s}".formatted(call.get("call_id").asString(), more);
    }
}
