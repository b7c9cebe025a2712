package dev.ringback.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// Calls that the operator's backend is asked about before they ring.
@IntegrationTest
class PermitIntegrationTest {
    private static final FakeBackend BACKEND = new FakeBackend();
    private static final String ALLOW = "{\"decision\":\"allow\"}";
    private static final String DENY = "{\"decision\":\"deny\",\"reason\":\"You are strangers.\"}";

    private final String aliceId = "alice-" + UUID.randomUUID();
    private final String bobId = "bob-" + UUID.randomUUID();

    @LocalServerPort
    private int port;
    @Autowired
    private DataSource database;

    @DynamicPropertySource
    static void backend(DynamicPropertyRegistry settings) {
        settings.add("ringback.permit.url", BACKEND::url);
        settings.add("ringback.permit.timeout", () -> "5s");
    }

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    @BeforeEach
    void allow() {
        BACKEND.answers(200, ALLOW);
        BACKEND.forget();
    }

    @Test
    void aCallThatIsAllowedRings() throws Exception {
        try (var bobs = StompUser.connected(port, bobId)) {
            var call = alice().initiate("{\"called_id\":\"%s\",\"call_type\":\"audio\"}".formatted(bobId));
            bobs.next("incoming_call");
            var question = FakeBackend.body(BACKEND.asked());
            assertThat(question.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(question.get("caller_id").asString()).isEqualTo(aliceId);
            assertThat(FakeBackend.texts(question.get("called_ids"))).containsExactly(bobId);
            assertThat(question.get("call_type").asString()).isEqualTo("audio");
            assertThat(question.get("invited_by").isNull()).isTrue();
            await().untilAsserted(() -> assertThat(step(call, "permitted").get("took_ms").isNumber()).isTrue());
        }
    }

    @Test
    void aCallThatIsDeniedRingsNobodyAndSaysWhy() throws Exception {
        BACKEND.answers(200, DENY);
        try (var bobs = StompUser.connected(port, bobId); var alices = StompUser.connected(port, aliceId)) {
            var body = "{\"called_id\":\"%s\"}".formatted(bobId);
            var problem = alice().post("/api/call/initiate", body).mustBe(403, "call_denied");
            assertThat(problem.get("detail").asString()).isEqualTo("You are strangers.");
            alices.send("initiate", body).mustBe(403, "call_denied");
            BACKEND.answers(200, "{\"decision\":\"deny\"}");
            assertThat(alice().post("/api/call/initiate", body).mustBe(403, "call_denied").get("detail").asString())
                    .isEqualTo("This call is not allowed.");
            bobs.nothingMore();
        }
        assertThat(alice().get("/api/call").mustBe(200).get("calls")).isEmpty();
        assertThat(Api.user(port, bobId).get("/api/call").mustBe(200).get("calls")).isEmpty();
    }

    @Test
    void theBackendGivesTheCallerAName() throws Exception {
        BACKEND.answers(200, "{\"decision\":\"allow\",\"caller_name\":\"Dr. Alice\"}");
        try (var bobs = StompUser.connected(port, bobId)) {
            var call = Api.as(port, Tokens.named(aliceId, "Alice")).call(bobId);
            assertThat(call.get("caller_name").asString()).isEqualTo("Dr. Alice");
            assertThat(bobs.next("incoming_call").get("caller_name").asString()).isEqualTo("Dr. Alice");
        }
        assertThat(FakeBackend.body(BACKEND.asked()).get("caller_name").asString()).isEqualTo("Alice");
    }

    @Test
    void aBackendsOwnCallsAreAskedAboutToo() {
        BACKEND.answers(200, DENY);
        Api.as(port, Tokens.server())
                .post("/api/call/initiate",
                        "{\"caller_id\":\"%s\",\"called_id\":\"%s\"}".formatted(aliceId, bobId))
                .mustBe(403, "call_denied");
    }

    @Test
    void aReplayIsNotAskedAbout() {
        var body = "{\"called_id\":\"%s\"}".formatted(bobId);
        var call = alice().post("/api/call/initiate", body, "Idempotency-Key", "k").mustBe(201);
        BACKEND.answers(200, DENY);
        assertThat(alice().post("/api/call/initiate", body, "Idempotency-Key", "k").mustBe(201).get("call_id"))
                .isEqualTo(call.get("call_id"));
    }

    /// Its time would tell.
    @Test
    void aBlockedCallIsAskedAboutLikeAnyOther() {
        Api.user(port, bobId).put("/api/blocks/" + aliceId, "").mustBe(204);
        alice().call(bobId);
        assertThat(FakeBackend.texts(FakeBackend.body(BACKEND.asked()).get("called_ids"))).containsExactly(bobId);
        BACKEND.answers(200, DENY);
        alice().post("/api/call/initiate", "{\"called_id\":\"%s\"}".formatted(bobId)).mustBe(403, "call_denied");
    }

    @Test
    void anInvitationIsAskedAboutInTheNameOfBoth() throws Exception {
        var carolId = "carol-" + bobId;
        var call = alice().call(bobId);
        Api.user(port, bobId).command("accept", call).mustBe(200);
        BACKEND.forget();
        var more = ",\"user_ids\":[\"%s\"]".formatted(carolId);
        try (var carols = StompUser.connected(port, carolId)) {
            BACKEND.answers(200, DENY);
            var problem = Api.user(port, bobId).command("invite", call, more).mustBe(403, "call_denied");
            assertThat(problem.get("detail").asString()).isEqualTo("You are strangers.");
            carols.nothingMore();
            assertThat(alice().read(call).get("invitations")).hasSize(1);
            var question = FakeBackend.body(BACKEND.asked());
            assertThat(question.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(question.get("caller_id").asString()).isEqualTo(aliceId);
            assertThat(question.get("invited_by").asString()).isEqualTo(bobId);
            assertThat(FakeBackend.texts(question.get("called_ids"))).containsExactly(carolId);
            BACKEND.answers(200, "{\"decision\":\"allow\",\"caller_name\":\"Dr. Alice\"}");
            Api.user(port, bobId).command("invite", call, more).mustBe(200);
            assertThat(carols.next("incoming_call").get("caller_name").asString()).isEqualTo(aliceId);
        }
    }

    @Test
    void aStrangersInvitationIsNobodysQuestion() {
        var call = alice().call(bobId);
        BACKEND.forget();
        int before = BACKEND.requests();
        Api.user(port, "mallory").command("invite", call, ",\"user_ids\":[\"x\"]").mustBe(403, "not_a_party");
        Api.user(port, bobId).command("invite", call, ",\"user_ids\":[\"x\"]").mustBe(403, "not_a_party");
        alice().command("cancel", call).mustBe(200);
        alice().command("invite", call, ",\"user_ids\":[\"x\"]").mustBe(409, "call_not_active");
        assertThat(BACKEND.requests()).isEqualTo(before);
    }

    @Test
    void noConnectionOfTheDatabaseWaitsForIt() throws Exception {
        BACKEND.answers(FakeBackend.answer(200, ALLOW).headersDelay(2, TimeUnit.SECONDS));
        try (var pool = Executors.newSingleThreadExecutor()) {
            var call = pool.submit(() -> alice().call(bobId));
            BACKEND.asked();
            await().until(() -> active() == 0);
            assertThat(call.isDone()).isFalse();
            assertThat(call.get(20, TimeUnit.SECONDS).get("state").asString()).isEqualTo("ringing");
        }
    }

    @Test
    void aBackendInTroubleStopsNoCall() {
        BACKEND.answers(500, "");
        var call = alice().call(bobId);
        await().untilAsserted(() -> assertThat(step(call, "permit_unanswered").get("took_ms").isNumber()).isTrue());
    }

    private int active() throws SQLException {
        return database.unwrap(HikariDataSource.class).getHikariPoolMXBean().getActiveConnections();
    }

    private JsonNode step(JsonNode call, String word) {
        var steps = alice().get("/api/call/" + call.get("call_id").asString() + "/trace").mustBe(200).get("steps");
        var found = steps.valueStream().filter(step -> step.get("step").asString().equals(word)).toList();
        assertThat(found).as(steps.toString()).hasSize(1);
        return List.copyOf(found).getFirst();
    }

    private Api alice() {
        return Api.user(port, aliceId);
    }
}
