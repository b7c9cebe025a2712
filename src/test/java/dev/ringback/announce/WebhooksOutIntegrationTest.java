package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.ringback.device.Devices;
import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// From what happens to a call to what two endpoints are told: one of everything, and with two secrets; the other of little.
@HookDriven
class WebhooksOutIntegrationTest {
    private static final Receiver ALL = new Receiver();
    private static final Receiver FEW = new Receiver();
    private static final String NEXT_SECRET = Receiver.secret();

    @LocalServerPort
    private int port;
    @Autowired
    private SettableClock clock;
    @Autowired
    private Lanes lanes;
    @Autowired
    private Devices devices;
    @Autowired
    private HookDriven.Accepts accepts;
    @Autowired
    private HookDriven.Table table;

    private final String aliceId = "alice-" + UUID.randomUUID();
    private final String bobId = "bob-" + UUID.randomUUID();
    private final String carolId = "carol-" + UUID.randomUUID();

    @DynamicPropertySource
    static void endpoints(DynamicPropertyRegistry settings) {
        settings.add("ringback.webhook.out.allow-private-addresses", () -> true);
        settings.add("ringback.webhook.out.endpoints[0].url", ALL::url);
        settings.add("ringback.webhook.out.endpoints[0].secrets", () -> ALL.secretOf() + "," + NEXT_SECRET);
        settings.add("ringback.webhook.out.endpoints[1].url", FEW::url);
        settings.add("ringback.webhook.out.endpoints[1].secrets", FEW::secretOf);
        settings.add("ringback.webhook.out.endpoints[1].events", () -> "call.ended,call.missed");
    }

    @AfterEach
    void allAnswer() {
        ALL.answer(204);
        FEW.answer(204);
    }

    @AfterAll
    static void close() {
        ALL.close();
        FEW.close();
    }

    @Test
    void theLifeOfACallIsToldInItsOrderAndSigned() {
        var call = user(aliceId).initiate("{\"called_id\":\"%s\",\"custom\":{\"ticket\":7}}".formatted(bobId));
        user(bobId).command("ringing", call).mustBe(204);
        user(bobId).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        var ended = user(aliceId).command("end", call).mustBe(200);
        await().untilAsserted(() -> assertThat(ALL.typesOf(call)).containsExactly("call.initiated", "call.ringing",
                "call.accepted", "call.ended"));
        await().untilAsserted(() -> assertThat(FEW.typesOf(call)).containsExactly("call.ended"));

        var told = of(ALL, call);
        for (var request : told) {
            assertThatCode(() -> request.verify(ALL.secretOf())).doesNotThrowAnyException();
            assertThatCode(() -> request.verify(NEXT_SECRET)).doesNotThrowAnyException();
            assertThat(request.id()).matches("msg_[0-9a-f-]{36}");
        }
        assertThat(told).extracting(Receiver.Received::id).doesNotHaveDuplicates();
        assertThat(told).extracting(request -> request.json().get("data").get("version").asInt())
                .containsExactly(1, 2, 3, 4);
        assertThat(told.getLast().json().get("data")).isEqualTo(ended);
        assertThat(told.get(2).json().get("user_ids")).hasToString("[\"" + bobId + "\"]");
        assertThat(told.getFirst().json().has("user_ids")).isFalse();
        assertThat(told.getFirst().json().get("data").get("custom").get("ticket").asInt()).isEqualTo(7);
        assertThat(told.getFirst().body()).doesNotContain("token\":\"");
        var few = of(FEW, call).getFirst();
        assertThatCode(() -> few.verify(FEW.secretOf())).doesNotThrowAnyException();
        assertThat(few.id()).isEqualTo(told.getLast().id());
        assertThat(accepts.hadTransaction(call)).isTrue();
        await().until(table::isQuiet);
        assertThat(table.pending()).isZero();
    }

    @Test
    void whoDeclinesCancelsOrMissesACallIsTold() {
        var declined = user(aliceId).call(bobId);
        user(bobId).command("reject", declined).mustBe(200);
        var cancelled = user(aliceId).call(bobId);
        user(aliceId).command("cancel", cancelled).mustBe(200);
        await().untilAsserted(
                () -> assertThat(ALL.typesOf(declined)).containsExactly("call.initiated", "call.rejected"));
        await().untilAsserted(
                () -> assertThat(ALL.typesOf(cancelled)).containsExactly("call.initiated", "call.cancelled"));
        assertThat(FEW.typesOf(declined)).isEmpty();
    }

    @Test
    void aDeviceThatIsRemovedIsTold() {
        register(bobId, "phone", "android", "first");
        register(bobId, "phone", "fcm-ios", "second");
        var tokens = devices.tokensOf(List.of(bobId));
        devices.remove(tokens.getFirst(), null);
        devices.remove(tokens.getFirst(), null);
        devices.remove(tokens.getLast(), null);
        await().untilAsserted(() -> assertThat(removalsOf(bobId)).hasSize(1));
        var data = removalsOf(bobId).getFirst();
        assertThat(data.get("device_id").asString()).isEqualTo("phone");
        assertThat(data.get("reason").asString()).isEqualTo("dead_token");
        await().until(table::isQuiet);
        assertThat(removalsOf(bobId)).as("the first token was not the device's last").hasSize(1);
    }

    @Test
    void whoRegistersTooManyDevicesIsToldWhichOneWent() {
        for (int i = 0; i < 21; i++) {
            register(carolId, "device-" + i, "android", "token-" + i);
            clock.advance(Duration.ofSeconds(1));
        }
        await().untilAsserted(() -> assertThat(removalsOf(carolId)).singleElement()
                .satisfies(data -> assertThat(data.get("device_id").asString()).isEqualTo("device-0"))
                .satisfies(data -> assertThat(data.get("reason").asString()).isEqualTo("too_many")));
    }

    @Test
    void aReceiverThatHangsDelaysNeitherAnotherNorARing() throws Exception {
        var hangs = ALL.hang();
        try (var bob = StompUser.connected(port, bobId)) {
            var call = user(aliceId).call(bobId);
            await().until(() -> ALL.open() > 0);
            bob.next("incoming_call");
            user(bobId).command("accept", call).mustBe(200);
            user(aliceId).command("end", call).mustBe(200);
            bob.next("call_answered_elsewhere");
            await().untilAsserted(() -> assertThat(FEW.typesOf(call)).containsExactly("call.ended"));
            assertThat(of(ALL, call)).isEmpty();
            assertThat(ALL.open()).isPositive();
            hangs.countDown();
            await().untilAsserted(() -> {
                // on a slow machine it was given up, and is tried again
                if (table.isQuiet()) {
                    clock.advance(Duration.ofSeconds(5));
                    lanes.look();
                }
                assertThat(ALL.typesOf(call)).containsExactly("call.initiated", "call.accepted", "call.ended");
            });
        }
    }

    @Test
    void whatIsNotTakenForADayIsParkedAndCanBeSentAgain() {
        ALL.answer(503);
        var call = user(aliceId).call(bobId);
        user(aliceId).command("cancel", call).mustBe(200);
        var attempts = until(Duration.ofHours(26));
        assertThat(attempts).as("pauses grow to an hour").isBetween(25, 50);
        assertThat(ALL.typesOf(call)).isEmpty();

        var server = server();
        var first = server.get("/api/webhooks/dead-letters?limit=1").mustBe(200);
        var second = server.get("/api/webhooks/dead-letters?limit=1&cursor=" + first.get("next_cursor").asString())
                .mustBe(200);
        var letters = List.of(first.get("dead_letters").get(0), second.get("dead_letters").get(0));
        assertThat(letters).extracting(letter -> letter.get("event").get("type").asString())
                .containsExactly("call.cancelled", "call.initiated");
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.get("event").get("data").get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(letter.get("code").asString()).isEqualTo("503");
            assertThat(ALL.url()).startsWith(letter.get("endpoint").asString() + "/");
            assertThat(letter.get("endpoint").asString()).doesNotContain("hooks");
        });

        ALL.answer(200);
        for (var letter : letters.reversed()) {
            server.post(resend(letter), "").mustBe(204);
        }
        await().untilAsserted(
                () -> assertThat(ALL.typesOf(call)).containsExactly("call.initiated", "call.cancelled"));
        await().until(table::isQuiet);
        server.post(resend(letters.getFirst()), "").mustBe(404, "not_found");
        assertThat(table.parked() + table.pending()).isZero();
    }

    @Test
    void whoeverSaysGoneIsNotAskedAgain() {
        ALL.answer(410);
        var call = user(aliceId).call(bobId);
        user(aliceId).command("cancel", call).mustBe(200);
        await().until(() -> of(ALL, call).size() == 2);
        await().until(table::isQuiet);
        ALL.answer(200);
        clock.advance(Duration.ofHours(2));
        lanes.look();
        var letters = server().get("/api/webhooks/dead-letters").mustBe(200).get("dead_letters");
        assertThat(letters).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.get("code").asString()).isEqualTo("410");
            assertThat(letter.get("attempts").asInt()).isEqualTo(1);
            server().post(resend(letter), "").mustBe(204);
        });
        await().until(() -> table.parked() + table.pending() == 0);
    }

    @Test
    void aRedirectIsNotFollowed() {
        ALL.answer(302);
        var call = user(aliceId).call(bobId);
        await().until(() -> of(ALL, call).size() == 1);
        await().until(table::isQuiet);
        assertThat(ALL.typesOf(call)).isEmpty();
        ALL.answer(204);
        clock.advance(Duration.ofSeconds(10));
        lanes.look();
        await().untilAsserted(() -> assertThat(ALL.typesOf(call)).containsExactly("call.initiated"));
    }

    @Test
    void onlyTheOperatorSeesWhatIsParked() {
        user(aliceId).get("/api/webhooks/dead-letters").mustBe(403, "forbidden");
        user(aliceId).post("/api/webhooks/dead-letters/1/resend", "").mustBe(403, "forbidden");
        Api.as(port, null).get("/api/webhooks/dead-letters").mustBe(401, "unauthenticated");
        server().get("/api/webhooks/dead-letters?limit=0").mustBe(400, "invalid_request");
        server().get("/api/webhooks/dead-letters?cursor=x").mustBe(400, "invalid_request");
        server().post("/api/webhooks/dead-letters/x/resend", "").mustBe(400, "invalid_request");
    }

    /// Has what is due sent until so much time has passed; returns how many requests that made at the first endpoint.
    private int until(Duration length) {
        int before = ALL.requests().size();
        var end = clock.instant().plus(length);
        while (clock.instant().isBefore(end)) {
            await().until(table::isQuiet);
            clock.advance(Duration.ofMinutes(5));
            lanes.look();
        }
        await().until(table::isQuiet);
        return ALL.requests().size() - before;
    }

    private List<JsonNode> removalsOf(String userId) {
        return ALL.taken()
                .stream()
                .filter(request -> request.type().equals("device.removed"))
                .map(request -> request.json().get("data"))
                .filter(data -> data.get("user_id").asString().equals(userId))
                .toList();
    }

    private static List<Receiver.Received> of(Receiver receiver, JsonNode call) {
        return receiver.requests()
                .stream()
                .filter(request -> request.callId().equals(call.get("call_id").asString()))
                .toList();
    }

    private static String resend(JsonNode letter) {
        return "/api/webhooks/dead-letters/" + letter.get("id").asString() + "/resend";
    }

    private void register(String userId, String deviceId, String platform, String token) {
        user(userId).post("/api/push/register", """
                {"platform":"%s","token":"fcm-registration-%s-of-%s","device_id":"%s"}""".formatted(platform, token,
                userId, deviceId)).mustBe(200);
    }

    /// Tokens that are good for long: the test's clock runs ahead.
    private Api user(String userId) {
        return Api.as(port, Tokens.signed(claims -> claims.subject(userId).expirationTime(inAYear())));
    }

    private Api server() {
        return Api.as(port, Tokens
                .signed(claims -> claims.subject("backend").claim("scope", "server").expirationTime(inAYear())));
    }

    private static Date inAYear() {
        return Date.from(Clock.systemUTC().instant().plus(Duration.ofDays(365)));
    }
}
