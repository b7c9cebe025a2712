package dev.ringback.notify;

import static dev.ringback.notify.NoticeType.CALL_MISSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/// Calls that ring nobody because the called user does not want them: the caller sees a call that nobody answers, and the
/// called user hears nothing. With a clock in the test's hand, and deadlines that are kept by the service itself.
@IntegrationTest
@Import(PushDriven.Parts.class)
@TestPropertySource(properties = "ringback.call.fail-fast=true")
class SilencedCallIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();
    private static final Duration RING = Duration.ofSeconds(45);

    @LocalServerPort
    private int port;
    @Autowired
    private PushDriven.Provider provider;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    private String aliceId = "";
    private String bobId = "";
    private String carolId = "";
    private Api alice = Api.as(0, null);
    private Api bob = Api.as(0, null);
    private Api carol = Api.as(0, null);

    @BeforeEach
    void newUsers() {
        int n = USERS.incrementAndGet();
        aliceId = "silent-alice-" + n;
        bobId = "silent-bob-" + n;
        carolId = "silent-carol-" + n;
        alice = Api.user(port, aliceId);
        bob = Api.user(port, bobId);
        carol = Api.user(port, carolId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on_accept", "embedded"})
    void aBlockedCallLooksToItsCallerLikeOneThatNobodyAnswers(String delivery) throws Exception {
        block(bob, aliceId);
        phone(bob);
        try (var alices = StompUser.connected(port, aliceId);
                var bobs = StompUser.connected(port, bobId);
                var carols = StompUser.connected(port, carolId)) {
            assertThat(whatTheCallerSees(alices, bobId, delivery))
                    .isEqualTo(whatTheCallerSees(alices, carolId, delivery));
            carols.next("incoming_call");
            carols.next("call_cancelled");
            carols.next("call_missed");
            carols.nothingMore();
            bobs.nothingMore();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on_accept", "embedded"})
    void soDoesOneThatMustNotDisturb(String delivery) throws Exception {
        doNotDisturb(bob, Duration.ofHours(1));
        phone(bob);
        try (var alices = StompUser.connected(port, aliceId); var _ = StompUser.connected(port, carolId)) {
            assertThat(whatTheCallerSees(alices, bobId, delivery))
                    .isEqualTo(whatTheCallerSees(alices, carolId, delivery));
        }
    }

    @Test
    void aCancelWorksAsEver() throws Exception {
        block(bob, aliceId);
        try (var _ = StompUser.connected(port, carolId)) {
            var cancelled = List.of(bobId, carolId).stream().map(called -> {
                var call = alice.call(called);
                var first = alice.command("cancel", call).mustBe(200);
                assertThat(alice.command("cancel", call).mustBe(200)).isEqualTo(first);
                alice.command("end", call).mustBe(409, "call_not_active");
                return shape(first, called);
            }).toList();
            assertThat(cancelled.getFirst()).isEqualTo(cancelled.getLast()).contains("\"reason\":\"caller\"");
        }
    }

    @Test
    void theBlockerHearsNothingAndFindsNothing() throws Exception {
        block(bob, aliceId);
        phone(bob);
        try (var before = StompUser.connected(port, bobId, "tablet")) {
            var call = alice.call(bobId);
            try (var during = StompUser.connected(port, bobId, "phone")) {
                assertThat(bob.get("/api/call/active").mustBe(200).get("calls")).isEmpty();
                assertThat(bob.get("/api/call").mustBe(200).get("calls")).isEmpty();
                for (var id : List.of(call.get("call_id").asString(), call.get("room_id").asString())) {
                    bob.get("/api/call/" + id).mustBe(404, "call_not_found");
                    bob.get("/api/call/" + id + "/trace").mustBe(404, "call_not_found");
                }
                for (var command : List.of("accept", "token", "reject", "ringing", "end", "cancel")) {
                    bob.command(command, call).mustBe(403, "not_a_party");
                }
                bob.command("ignore", call, ",\"device_id\":\"phone\"").mustBe(403, "not_a_party");
                bob.command("invite", call, ",\"user_ids\":[\"x\"]").mustBe(403, "not_a_party");
                ringOut(call, "timeout");
                during.nothingMore();
            }
            before.nothingMore();
            assertThat(bob.get("/api/call").mustBe(200).get("calls")).isEmpty();
            assertThat(alice.get("/api/call").mustBe(200).get("calls")).hasSize(1);
        }
        assertThat(provider.to(phoneOf(bobId))).isEmpty();
        assertThat(deliveries()).isZero();
    }

    /// Others who are reached by nothing are told at once that they cannot be.
    @Test
    void aBlockedCallIsNeverUnreachable() {
        block(bob, aliceId);
        var call = alice.call(bobId);
        var unreachable = alice.call(carolId);
        await().until(() -> "unreachable".equals(alice.read(unreachable).get("reason").asString("")));
        assertThat(alice.read(call).get("state").asString()).isEqualTo("ringing");
        ringOut(call, "timeout");
    }

    @Test
    void inAGroupOnlyTheBlockerIsLeftAlone() throws Exception {
        block(bob, aliceId);
        phone(bob);
        try (var bobs = StompUser.connected(port, bobId); var carols = StompUser.connected(port, carolId)) {
            var call = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId));
            carols.next("incoming_call");
            carol.command("accept", call).mustBe(200);
            carol.command("end", call).mustBe(200);
            assertThat(alice.read(call).get("invitations").get(0).get("state").asString()).isEqualTo("missed");
            bobs.nothingMore();
            assertThat(bob.get("/api/call").mustBe(200).get("calls")).isEmpty();
        }
        assertThat(provider.to(phoneOf(bobId))).isEmpty();
    }

    @Test
    void anInvitationIsSilentToWhoBlockedTheCallerOrTheInviter() throws Exception {
        var dave = Api.user(port, "silent-dave-of-" + bobId);
        block(bob, aliceId);
        block(dave, carolId);
        try (var bobs = StompUser.connected(port, bobId);
                var daves = StompUser.connected(port, "silent-dave-of-" + bobId);
                var carols = StompUser.connected(port, carolId)) {
            var call = alice.call(carolId);
            carols.next("incoming_call");
            carol.command("accept", call).mustBe(200);
            var both = ",\"user_ids\":[\"%s\",\"%s\"]".formatted(bobId, "silent-dave-of-" + bobId);
            var invited = carol.command("invite", call, both).mustBe(200);
            assertThat(invited.get("invitations").valueStream().map(i -> i.get("state").asString()))
                    .containsExactly("accepted", "ringing", "ringing");
            bobs.nothingMore();
            daves.nothingMore();
            // whom she has not been blocked by she may ring, and who rings already is rung anew
            alice.command("invite", call, both).mustBe(200);
            daves.next("incoming_call");
            bobs.nothingMore();
            dave.command("accept", call).mustBe(200);
        }
    }

    @Test
    void aBlockCountsFromTheNextCallOnAndUntilItIsTakenBack() throws Exception {
        try (var bobs = StompUser.connected(port, bobId)) {
            var before = alice.call(bobId);
            bobs.next("incoming_call");
            block(bob, aliceId);
            bob.command("reject", before).mustBe(200);
            bobs.next("call_answered_elsewhere");
            alice.call(bobId);
            bobs.nothingMore();
            bob.delete("/api/blocks/" + aliceId).mustBe(204);
            alice.call(bobId);
            bobs.next("incoming_call");
        }
    }

    @Test
    void whoIsBlockedCanStillBeCalled() throws Exception {
        block(bob, aliceId);
        var alices = alice.call(bobId);
        try (var socket = StompUser.connected(port, aliceId)) {
            socket.next("call_ringing");
            var bobs = bob.call(aliceId);
            assertThat(bobs.get("state").asString()).isEqualTo("ringing");
            assertThat(bobs.get("call_id")).isNotEqualTo(alices.get("call_id"));
            assertThat(socket.next("incoming_call").get("call_id")).isEqualTo(bobs.get("call_id"));
            assertThat(alice.command("accept", bobs).mustBe(200).get("state").asString()).isEqualTo("accepted");
            assertThat(alice.read(alices).get("state").asString()).isEqualTo("ringing");
        }
    }

    /// He calls her, so he wants to talk to her.
    @Test
    void whoCallsBackIsConnectedThoughBlocked() throws Exception {
        block(bob, aliceId);
        try (var _ = StompUser.connected(port, aliceId)) {
            var bobs = bob.call(aliceId);
            var alices = alice.call(bobId);
            assertThat(alices.get("call_id")).isEqualTo(bobs.get("call_id"));
            assertThat(alices.get("state").asString()).isEqualTo("accepted");
        }
    }

    @Test
    void whoMustNotBeDisturbedLearnsOfTheCallWhenItIsOver() throws Exception {
        doNotDisturb(bob, Duration.ofHours(1));
        phone(bob);
        try (var bobs = StompUser.connected(port, bobId, "browser")) {
            var call = alice.call(bobId);
            assertThat(bob.get("/api/call/active").mustBe(200).get("calls")).isEmpty();
            try (var late = StompUser.connected(port, bobId, "tablet")) {
                late.nothingMore();
            }
            bobs.nothingMore();
            assertThat(deliveries()).isZero();
            ringOut(call, "timeout");
            var missed = bobs.next("call_missed");
            assertThat(missed.get("caller_id").asString()).isEqualTo(aliceId);
            assertThat(missed.get("reason").asString()).isEqualTo("timeout");
            bobs.nothingMore();
            var history = bob.get("/api/call").mustBe(200).get("calls");
            assertThat(history).hasSize(1);
            assertThat(history.get(0).get("invitations").get(0).get("state").asString()).isEqualTo("missed");
        }
        await().until(() -> provider.typesTo(phoneOf(bobId)).equals(List.of(CALL_MISSED)));
        assertThat(deliveries()).isEqualTo(1);
    }

    @Test
    void alsoWhenTheCallerGivesUpOrTheOthersHangUp() throws Exception {
        doNotDisturb(bob, Duration.ofHours(1));
        phone(bob);
        try (var bobs = StompUser.connected(port, bobId, "phone"); var _ = StompUser.connected(port, carolId)) {
            alice.command("cancel", alice.call(bobId)).mustBe(200);
            assertThat(bobs.next("call_missed").get("reason").asString()).isEqualTo("caller");
            var group = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId));
            carol.command("accept", group).mustBe(200);
            alice.command("end", group).mustBe(200);
            bobs.next("call_missed");
            bobs.nothingMore();
        }
        assertThat(provider.to(phoneOf(bobId))).as("its socket has heard it").isEmpty();
    }

    @Test
    void whoMustNotBeDisturbedMayAnswerOrCallBackAllTheSame() throws Exception {
        doNotDisturb(bob, Duration.ofHours(1));
        var answered = alice.call(bobId);
        assertThat(bob.command("accept", answered).mustBe(200).get("state").asString()).isEqualTo("accepted");
        assertThat(bob.get("/api/call/active").mustBe(200).get("calls")).hasSize(1);
        bob.command("end", answered).mustBe(200);
        var waiting = alice.call(bobId);
        var back = bob.call(aliceId);
        assertThat(back.get("call_id")).isEqualTo(waiting.get("call_id"));
        assertThat(back.get("glare").asBoolean()).isTrue();
        assertThat(back.get("state").asString()).isEqualTo("accepted");
    }

    @Test
    void itRingsAgainWhenTheTimeIsOver() throws Exception {
        doNotDisturb(bob, Duration.ofMinutes(10));
        try (var bobs = StompUser.connected(port, bobId)) {
            alice.command("cancel", alice.call(bobId)).mustBe(200);
            bobs.next("call_missed");
            clock.advance(Duration.ofMinutes(10));
            alice.call(bobId);
            bobs.next("incoming_call");
        }
    }

    @Test
    void whoIsBlockedIsNotTurnedToDoNotDisturb() throws Exception {
        doNotDisturb(bob, Duration.ofHours(1));
        block(bob, aliceId);
        try (var bobs = StompUser.connected(port, bobId)) {
            alice.command("cancel", alice.call(bobId)).mustBe(200);
            bobs.nothingMore();
        }
        assertThat(bob.get("/api/call").mustBe(200).get("calls")).isEmpty();
    }

    @Test
    void theOperatorSeesInTheTraceWhyItDidNotRing() {
        block(bob, aliceId);
        doNotDisturb(carol, Duration.ofHours(1));
        var call = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bobId, carolId));
        var backend = Api.as(port, Tokens.server());
        await().untilAsserted(() -> assertThat(words(trace(backend, call))).containsExactly(
                "Nothing was rung: the user has blocked who rang.",
                "Nothing was rung: the user did not want to be disturbed."));
        assertThat(words(trace(alice, call))).allMatch(words -> words.equals(
                "1 open socket was told but no app has said yet that it rings, and no device is registered for pushes."));
        assertThat(trace(alice, call).toString()).doesNotContain("silence", "blocked", "disturb");
    }

    @Test
    void theDatabaseKnowsNoOtherSilence() {
        var call = alice.call(bobId);
        assertThatThrownBy(() -> jdbc.sql("update invitation set silence = 'OTHER' where call_id = :call")
                .param("call", UUID.fromString(call.get("call_id").asString()))
                .update()).hasMessageContaining("invitation_silence");
    }

    /// A call to one user from its beginning to its deadline, by all that its caller can look at.
    private List<String> whatTheCallerSees(StompUser socket, String called, String delivery) throws Exception {
        var started = alice.initiate(
                "{\"called_id\":\"%s\",\"token_delivery\":\"%s\",\"custom\":{\"a\":1}}".formatted(called, delivery));
        var duringRing = alice.read(started);
        var active = alice.get("/api/call/active").mustBe(200);
        ringOut(started, "timeout");
        var told = socket.next("call_cancelled");
        socket.nothingMore();
        int steps = delivery.equals("embedded") ? 6 : 5;
        await().until(() -> trace(alice, started).get("steps").size() == steps);
        var trace = trace(alice, started);
        return List.of(shape(started, called), shape(duringRing, called), shape(active, called), shape(told, called),
                shape(alice.read(started), called), sorted(trace.get("steps"), called),
                shape(trace.get("deliveries"), called), shape(trace.get("called"), called),
                shape(trace.get("call"), called));
    }

    /// The steps of one moment of the clock stand in no order.
    private static String sorted(JsonNode steps, String called) {
        return steps.valueStream().map(step -> shape(step, called)).sorted().toList().toString();
    }

    /// The text of what was answered, without what is different in any two calls.
    private static String shape(JsonNode answer, String called) {
        return answer.toString()
                .replace(called, "<called>")
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>")
                .replaceAll("\"room_id\":\"[^\"]+\"", "<room>")
                .replaceAll("\"caller_token\":\"[^\"]+\"", "<token>")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<time>")
                .replaceAll("\"took_ms\":\\d+", "<took>")
                .replace("room_used_again", "room_made");
    }

    private void ringOut(JsonNode call, String reason) {
        clock.advance(RING);
        await().until(() -> alice.read(call).get("reason").asString("").equals(reason));
    }

    private static JsonNode trace(Api user, JsonNode call) {
        return user.get("/api/call/" + call.get("call_id").asString() + "/trace").mustBe(200);
    }

    private static List<String> words(JsonNode trace) {
        return trace.get("called").valueStream().map(called -> called.get("because").asString()).toList();
    }

    private static void block(Api user, String blocked) {
        user.put("/api/blocks/" + blocked, "").mustBe(204);
    }

    private void doNotDisturb(Api user, Duration length) {
        user.put("/api/do-not-disturb", "{\"until\":\"%s\"}".formatted(clock.instant().plus(length))).mustBe(200);
    }

    private void phone(Api user) {
        var id = user == bob ? bobId : carolId;
        user.post("/api/push/register", "{\"platform\":\"android\",\"device_id\":\"phone\",\"token\":\"%s\"}"
                .formatted(phoneOf(id))).mustBe(200);
    }

    private static String phoneOf(String userId) {
        return "push-token-of-" + userId;
    }

    private int deliveries() {
        return jdbc.sql("select count(*) from delivery where user_id = :user")
                .param("user", bobId)
                .query(Integer.class)
                .single();
    }
}
