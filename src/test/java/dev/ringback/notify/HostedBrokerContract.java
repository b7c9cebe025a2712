package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.NodePeer;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// What holds for every broker that somebody else runs: the whole life of a call at clients with the broker's own library, and
/// what happens when the broker is dead, slow or refuses. The class of a broker adds the broker, its clients, and what is its
/// own.
@IntegrationTest
public abstract class HostedBrokerContract {
    private static final AtomicInteger USERS = new AtomicInteger();
    /// Of a ring that is told at once, with two cores for everything that runs here.
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final int BACK_WITHIN_SECONDS = 25;

    @LocalServerPort
    protected int port;

    protected String alice;
    protected String bob;

    /// As in the trace and in metrics.
    protected abstract String name();

    /// Told `{"answer": {"status": …}}`, it answers publications so.
    protected abstract NodePeer server() throws Exception;

    /// Between Ringback and the server.
    protected abstract FaultProxy network() throws Exception;

    /// A client that listens as this user.
    protected abstract NodePeer listener(String userId) throws Exception;

    /// The name of an event there.
    protected String event(NoticeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @BeforeEach
    void newUsers() {
        int n = USERS.incrementAndGet();
        alice = "alice-" + name() + n;
        bob = "bob+:/" + name() + "@example.com-" + n;
    }

    @AfterEach
    void wellAgain() throws Exception {
        network().pass();
        serverAnswers(null);
    }

    @Test
    void aCallIsRungAcceptedAndEnded() throws Exception {
        try (var caller = listener(alice); var called = listener(bob)) {
            var call = Api.user(port, alice)
                    .initiate("{\"called_id\":\"%s\",\"caller_name\":\"Zoë\",\"custom\":{\"n\":1.50}}".formatted(bob));
            var ring = heard(called, NoticeType.INCOMING_CALL);
            assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(ring.get("room_id")).isEqualTo(call.get("room_id"));
            assertThat(ring.get("caller_id").asString()).isEqualTo(alice);
            assertThat(ring.get("caller_name").asString()).isEqualTo("Zoë");
            assertThat(ring.get("custom").get("n").decimalValue()).isEqualByComparingTo("1.5");
            assertThat(ring.get("expires_at")).isEqualTo(call.get("expires_at"));
            assertThat(ring.get("expires_in_ms").asLong()).isBetween(40_000L, 45_000L);
            assertThat(ring.has("action_token")).isFalse();
            assertThat(ring.has("token")).isFalse();

            Api.user(port, bob).command("ringing", call).mustBe(204);
            heard(caller, NoticeType.CALL_RINGING);
            Api.user(port, bob).command("accept", call, ",\"device_id\":\"tab\"").mustBe(200);
            assertThat(heard(caller, NoticeType.CALL_ACCEPTED).get("answered_by_device").asString()).isEqualTo("tab");
            assertThat(heard(called, NoticeType.CALL_ANSWERED_ELSEWHERE).get("state").asString()).isEqualTo("accepted");
            Api.user(port, alice).command("end", call).mustBe(200);
            assertThat(heard(called, NoticeType.CALL_ENDED).get("state").asString()).isEqualTo("ended");
            assertThat(caller.others()).noneMatch(line -> line.has("data"));
            assertThat(called.others()).noneMatch(line -> line.has("data"));
            await().untilAsserted(() -> assertThat(outcomes(call)).containsExactlyEntriesOf(Map.of("SENT", 5L)));
        }
    }

    @Test
    void aCallIsRejectedAndAnotherOneCancelled() throws Exception {
        try (var caller = listener(alice); var called = listener(bob)) {
            var call = Api.user(port, alice).call(bob);
            heard(called, NoticeType.INCOMING_CALL);
            Api.user(port, bob).command("reject", call).mustBe(200);
            assertThat(heard(caller, NoticeType.CALL_REJECTED).get("reason").asString()).isEqualTo("declined");
            assertThat(heard(called, NoticeType.CALL_ANSWERED_ELSEWHERE).get("reason").asString())
                    .isEqualTo("declined_elsewhere");
            var another = Api.user(port, alice).call(bob);
            heard(called, NoticeType.INCOMING_CALL);
            Api.user(port, alice).command("cancel", another).mustBe(200);
            assertThat(heard(called, NoticeType.CALL_CANCELLED).get("call_id")).isEqualTo(another.get("call_id"));
            assertThat(heard(called, NoticeType.CALL_MISSED).get("reason").asString()).isEqualTo("caller");
        }
    }

    @Test
    void theCheckSaysThatTheCredentialsAreGood() {
        var checks = Api.as(port, Tokens.server()).get("/api/push/check").mustBe(200).get("channels");
        var check = StreamSupport.stream(checks.spliterator(), false)
                .filter(channel -> channel.get("channel").asString().equals(name()))
                .findFirst()
                .orElseThrow();
        assertThat(check.get("ok").asBoolean()).as(check.toString()).isTrue();
    }

    @Test
    void aDeadBrokerHoldsUpNobodyAndIsToldWhenItIsBack() throws Exception {
        ringsOthersAtOnceAndItselfWhenMended(() -> network().be(new FaultProxy.Mode.Refuse()), network()::pass);
    }

    @Test
    void aBrokerThatSaysNothingHoldsUpNobodyAndIsToldWhenItIsBack() throws Exception {
        ringsOthersAtOnceAndItselfWhenMended(() -> network().be(new FaultProxy.Mode.Silent()), () -> {
            network().pass();
            network().cut();
        });
    }

    @Test
    void aBrokerThatHasTooMuchToDoIsToldLater() throws Exception {
        ringsOthersAtOnceAndItselfWhenMended(() -> serverAnswers(Map.of("status", 429, "code", 42_911)), () -> {
            server().next("answered");
            serverAnswers(null);
        });
    }

    @Test
    void aBrokerThatRefusesIsNotAskedAgainAndServesTheNextCall() throws Exception {
        for (int status : new int[]{401, 413}) {
            try (var called = listener(bob); var desktop = StompUser.connected(port, bob)) {
                serverAnswers(Map.of("status", status, "code", status == 401 ? 40_101 : 40_009));
                var call = Api.user(port, alice).call(bob);
                desktop.next("incoming_call");
                server().next("answered");
                await().untilAsserted(() -> assertThat(outcomes(call)).containsKey("FAILED"));
                serverAnswers(null);
                Api.user(port, alice).command("cancel", call).mustBe(200);
                heard(called, NoticeType.CALL_CANCELLED);
                assertThat(called.others()).noneMatch(isA(NoticeType.INCOMING_CALL));
                var next = Api.user(port, alice).call(bob);
                assertThat(heard(called, NoticeType.INCOMING_CALL).get("call_id")).isEqualTo(next.get("call_id"));
                Api.user(port, alice).command("cancel", next).mustBe(200);
            }
        }
    }

    @Test
    void noRingArrivesAfterItsDeadline() throws Exception {
        try (var called = listener(bob); var desktop = StompUser.connected(port, bob)) {
            serverAnswers(Map.of("status", 503));
            Api.user(port, alice).initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bob));
            desktop.next("incoming_call");
            desktop.next("call_cancelled");
            serverAnswers(null);
            // it is told what is still true, and is not told that it rings
            assertThat(heard(called, NoticeType.CALL_MISSED).get("reason").asString()).isEqualTo("timeout");
            assertThat(called.others()).noneMatch(isA(NoticeType.INCOMING_CALL));
        }
    }

    private void ringsOthersAtOnceAndItselfWhenMended(Fault fault, Fault mended) throws Exception {
        try (var called = listener(bob); var desktop = StompUser.connected(port, bob)) {
            fault.happens();
            long began = System.nanoTime();
            var call = Api.user(port, alice).call(bob);
            desktop.next("incoming_call");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() -> assertThat(outcomes(call)).containsKey("WAITING"));
            assertThat(called.others()).noneMatch(isA(NoticeType.INCOMING_CALL));
            mended.happens();
            var ring = heard(called, NoticeType.INCOMING_CALL);
            assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(ring.get("expires_in_ms").asLong()).isBetween(45_000L - BACK_WITHIN_SECONDS * 1000L, 44_900L);
            Api.user(port, alice).command("cancel", call).mustBe(200);
            heard(called, NoticeType.CALL_CANCELLED);
        }
    }

    protected JsonNode heard(NodePeer listener, NoticeType type) throws InterruptedException {
        var data = listener.next(event(type)).get("data");
        assertThat(data.get("type").asString()).isEqualTo(type.name().toLowerCase(Locale.ROOT));
        return data;
    }

    private Predicate<JsonNode> isA(NoticeType type) {
        return line -> line.path("event").asString().equals(event(type));
    }

    /// How many deliveries by this broker are in which state, by the trace.
    private Map<String, Long> outcomes(JsonNode call) {
        var trace = Api.as(port, Tokens.server())
                .get("/api/call/" + call.get("call_id").asString() + "/trace")
                .mustBe(200);
        var counts = new LinkedHashMap<String, Long>();
        trace.get("deliveries").forEach(delivery -> {
            if (name().equals(delivery.path("broker").asString())) {
                counts.merge(delivery.get("state").asString().toUpperCase(Locale.ROOT), 1L, Long::sum);
            }
        });
        return counts;
    }

    protected void serverAnswers(@Nullable Map<String, ?> answer) throws Exception {
        server().send(answer == null ? Collections.singletonMap("answer", null) : Map.of("answer", answer));
        server().next("told");
    }

    /// Something that happens to the broker.
    @FunctionalInterface
    private interface Fault {
        void happens() throws Exception;
    }
}
