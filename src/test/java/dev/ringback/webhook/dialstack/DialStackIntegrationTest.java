package dev.ringback.webhook.dialstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.ForeignCall;
import dev.ringback.support.Api;
import dev.ringback.support.Api.Answer;
import dev.ringback.support.Tokens;
import dev.ringback.webhook.Hmac;
import dev.ringback.webhook.LocalPushServices;
import dev.ringback.webhook.Phones;
import dev.ringback.webhook.WebhookDriven;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// DialStack's events, from the signed request to the pushes.
@WebhookDriven
class DialStackIntegrationTest {
    private static final AtomicInteger CALLS = new AtomicInteger();

    @LocalServerPort
    private int port;
    @Autowired
    private LocalPushServices services;
    @Autowired
    private Phones phones;
    @Autowired
    private JdbcClient jdbc;

    private String user;
    private String callId;

    @BeforeEach
    void newUserAndCall() {
        int n = CALLS.incrementAndGet();
        user = "user_dialstack_" + n;
        callId = "call_01HQ" + n;
    }

    @Test
    void aWakeUpWakesEveryDevice() {
        var android = phones.android(user);
        var iphone = phones.iphone(user);
        phones.browser(user);
        deliver(wakeUp("evt_all")).mustBe(200);
        await().untilAsserted(() -> {
            assertThat(services.messagesTo(android)).hasSize(1);
            assertThat(services.requestsTo(iphone)).hasSize(1);
            assertThat(services.browsersGot("call_id", callId)).hasSize(1);
        });
        assertThat(services.dataTo(android)).containsExactly(members());
        var message = services.messagesTo(android).getFirst();
        assertThat(message.path("android").path("priority").asString()).isEqualToIgnoringCase("high");
        assertThat(message.path("android").path("ttl").asString()).matches("(30|29|28|27)(\\.\\d+)?s");
        assertThat(message.path("android").has("collapseKey")).isFalse();

        var push = services.requestsTo(iphone).getFirst();
        assertThat(LocalPushServices.members(push.json())).isEqualTo(members());
        assertThat(push.json().path("aps").isEmpty()).isTrue();
        assertThat(push.header("apns-push-type")).isEqualTo("voip");
        assertThat(push.header("apns-topic")).endsWith(".voip");
        assertThat(push.timeToLive()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));

        var browser = services.browsersGot("call_id", callId).getFirst();
        assertThat(browser.members()).isEqualTo(members());
        assertThat(browser.urgent()).isTrue();
        assertThat(browser.timeToLive()).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(30));
    }

    @Test
    void aMissingNameIsAnEmptyText() {
        var android = phones.android(user);
        deliver(event("evt_noname", "call.mobile_push_wakeup", """
                {"call_id":"%s","user_id":"%s","from_number":"+15551234","to_number":"+15559876","ringing_at":"%s"}"""
                .formatted(callId, user, now()))).mustBe(200);
        await().untilAsserted(() -> assertThat(services.dataTo(android)).hasSize(1));
        assertThat(services.dataTo(android).getFirst()).containsEntry("from_name", "");
    }

    @ParameterizedTest
    @CsvSource({"call.answered, Answered on another device", "call.end, Missed call"})
    void anAnswerAndAnEndStopTheRinging(String type, String words) {
        var android = phones.android(user);
        var iphone = phones.iphone(user);
        phones.browser(user);
        deliver(wakeUp("evt_ring")).mustBe(200);
        await().until(() -> services.messagesTo(android).size() == 1 && services.requestsTo(iphone).size() == 1
                && services.browsersGot("call_id", callId).size() == 1);
        deliver(event("evt_stop", type, "{\"call_id\":\"%s\",\"reason\":\"completed\"}".formatted(callId)))
                .mustBe(200);
        await().untilAsserted(() -> {
            assertThat(services.dataTo(android)).hasSize(2);
            assertThat(services.browsersGot("call_id", callId)).hasSize(2);
        });
        var stop = Map.of("type", type, "call_id", callId, "uuid", uuid());
        assertThat(services.dataTo(android).getLast()).as(words).isEqualTo(stop);
        assertThat(services.browsersGot("type", type).getLast().members()).isEqualTo(stop);
        assertThat(services.browsersGot("call_id", callId).stream().map(push -> push.replaces()).distinct())
                .as("the stop replaces the ring")
                .hasSize(1);
        assertThat(services.requestsTo(iphone)).as("no VoIP push for a stop").hasSize(1);
    }

    @Test
    void theAnswerComesWhileThePushServiceHangs() {
        var android = phones.android(user);
        services.hang();
        try {
            deliver(wakeUp("evt_hang")).mustBe(200);
            await().untilAsserted(() -> assertThat(services.messagesTo(android)).hasSize(1));
            deliver(event("evt_hang_end", "call.end", "{\"call_id\":\"%s\"}".formatted(callId))).mustBe(200);
        } finally {
            services.goOn();
        }
    }

    @Test
    void theSameEventIsHandledOnceHoweverOftenItComes() throws Exception {
        var android = phones.android(user);
        var flood = wakeUp("evt_flood");
        inParallel(24, () -> deliver(flood).mustBe(200));
        // the same call once more, as the account's own endpoint gets it
        deliver(wakeUp("evt_flood_account")).mustBe(200);
        await().untilAsserted(() -> assertThat(trace().get("deliveries").get(0).get("state").asString())
                .isEqualTo("sent"));
        assertThat(trace().get("deliveries")).hasSize(1);
        assertThat(services.messagesTo(android)).hasSize(1);
    }

    @Test
    void aSecondEndIsNotToldAgain() {
        var android = phones.android(user);
        deliver(wakeUp("evt_1")).mustBe(200);
        await().until(() -> services.messagesTo(android).size() == 1);
        for (var id : new String[]{"evt_2", "evt_2", "evt_3"}) {
            deliver(event(id, "call.end", "{\"call_id\":\"%s\"}".formatted(callId))).mustBe(200);
        }
        await().until(() -> services.messagesTo(android).size() == 2);
        assertThat(trace().get("deliveries")).hasSize(2);
    }

    @Test
    void whatComesTooLateRingsNobody() {
        phones.android(user);
        deliver(wakeUp("evt_late", Clock.systemUTC().instant().minusSeconds(31).toString())).mustBe(200);
        assertThat(trace().get("deliveries")).isEmpty();
    }

    @Test
    void theTimeLeftIsThatOfTheCallAndNotOfTheRequest() {
        var android = phones.android(user);
        deliver(wakeUp("evt_aged", String.valueOf(Clock.systemUTC().instant().minusSeconds(20).getEpochSecond())))
                .mustBe(200);
        await().until(() -> services.messagesTo(android).size() == 1);
        assertThat(services.messagesTo(android).getFirst().path("android").path("ttl").asString())
                .matches("[6-9](\\.\\d+)?s|10s");
    }

    @Test
    void aPlatformWhoseClockIsAheadRingsNoLonger() {
        phones.android(user);
        deliver(wakeUp("evt_ahead", Clock.systemUTC().instant().plusSeconds(200).toString())).mustBe(200);
        var ring = trace().get("rings").get(0);
        assertThat(Duration.between(Instant.parse(ring.get("received_at").asString()),
                Instant.parse(ring.get("expires_at").asString()))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theTraceTellsInMillisecondsHowTheRequestBecamePushes() {
        var android = phones.android(user);
        phones.iphone(user);
        var before = Clock.systemUTC().instant();
        deliver(wakeUp("evt_trace")).mustBe(200);
        await().until(() -> trace().get("deliveries").valueStream().allMatch(d -> !d.get("attempts").isEmpty()));
        var trace = trace();
        assertThat(trace.get("call_id").asString()).isEqualTo(uuid());
        assertThat(trace.get("platform").asString()).isEqualTo("dialstack");
        assertThat(Instant.parse(trace.get("received_at").asString())).isAfterOrEqualTo(before.minusSeconds(1));
        assertThat(trace.get("rings").get(0).get("user_id").asString()).isEqualTo(user);
        assertThat(trace.get("deliveries")).hasSize(2).allSatisfy(delivery -> {
            var attempt = delivery.get("attempts").get(0);
            assertThat(attempt.get("outcome").asString()).isEqualTo("delivered");
            assertThat(attempt.get("after_ms").asLong()).isBetween(0L, 20_000L);
            assertThat(attempt.get("took_ms").isNumber()).isTrue();
        });
        assertThat(trace.toString()).doesNotContain(android).doesNotContain("+1555");
    }

    @Test
    void theTraceIsForServersOnly() {
        deliver(wakeUp("evt_private")).mustBe(200);
        Api.user(port, user).get(tracePath()).mustBe(403, "forbidden");
        Api.as(port, null).get(tracePath()).mustBe(401, "unauthenticated");
        Api.as(port, Tokens.server()).get("/api/wake-ups/dialstack/call_unknown/trace").mustBe(404, "call_not_found");
    }

    @Test
    void bothSecretsAreGood() {
        var body = event("evt_old", "call.parked", "{}");
        post(body, signature(WebhookDriven.OLD_SECRET, body, 0)).mustBe(200);
        post(body, signature(WebhookDriven.SECRET, body, 0)).mustBe(200);
        post(body, signature(WebhookDriven.SECRET, body, 250)).mustBe(200);
    }

    @Test
    void whatIsNotSignedByDialStackIsRefusedAndWritesNothing() {
        var android = phones.android(user);
        var body = wakeUp("evt_forged");
        var good = signature(WebhookDriven.SECRET, body, 0);
        post(body, signature("whsec-of-somebody-else", body, 0)).mustBe(401, "unauthenticated");
        post(body, signature(WebhookDriven.SECRET, body, 400)).mustBe(401, "unauthenticated");
        post(body, signature(WebhookDriven.SECRET, body, -400)).mustBe(401, "unauthenticated");
        post(body.replace("+15551234", "+15551235"), good).mustBe(401, "unauthenticated");
        post(body, good.substring(0, good.length() - 2)).mustBe(401, "unauthenticated");
        post(body, "nonsense").mustBe(401, "unauthenticated");
        post("", good).mustBe(401, "unauthenticated");
        Api.as(port, null).post("/webhooks/dialstack", body).mustBe(401, "unauthenticated");
        // a user's own token proves nothing here
        Api.user(port, user).post("/webhooks/dialstack", body).mustBe(401, "unauthenticated");
        Api.as(port, Tokens.server()).get(tracePath()).mustBe(404);
        assertThat(services.messagesTo(android)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "[]", "\"x\"", "{\"id\":1,\"id\":2}", "null",
            "{\"id\":\"evt_x\",\"type\":\"call.mobile_push_wakeup\"}",
            "{\"id\":\"evt_x\",\"type\":\"call.mobile_push_wakeup\",\"data\":[]}",
            "{\"id\":\"evt_x\",\"type\":\"call.mobile_push_wakeup\",\"data\":{\"call_id\":\"c\"}}",
            "{\"id\":\"evt_x\",\"type\":\"call.mobile_push_wakeup\",\"data\":{\"call_id\":\"c\",\"user_id\":7}}",
            "{\"id\":\"evt_x\",\"type\":\"call.mobile_push_wakeup\",\"data\":{\"call_id\":\"c\",\"user_id\":\"u\",\"ringing_at\":\"soon\"}}",
            "{\"type\":\"call.mobile_push_wakeup\",\"data\":{\"call_id\":\"c\",\"user_id\":\"u\"}}"})
    void whatIsSignedAndCannotBeReadIsInvalid(String body) {
        deliver(body).mustBe(400, "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"id\":\"evt_u\",\"type\":\"call.incoming\",\"data\":{\"call_id\":\"c\"}}",
            "{\"id\":\"evt_u\",\"type\":\"voicemail.new\",\"data\":7}", "{\"type\":7}",
            "{\"id\":\"evt_u\",\"type\":\"call.end\",\"data\":{}}"})
    void whatMeansNothingIsTakenAndIgnored(String body) {
        int before = events();
        deliver(body).mustBe(200);
        assertThat(events()).isEqualTo(before);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() {
        var body = event("evt_long", "call.parked", "{\"x\":\"" + "y".repeat(70_000) + "\"}");
        deliver(body).mustBe(413, "body_too_large");
    }

    private Answer deliver(String body) {
        return post(body, signature(WebhookDriven.SECRET, body, 0));
    }

    private Answer post(String body, String signature) {
        return Api.as(port, null).post("/webhooks/dialstack", body, "X-DialStack-Signature", signature);
    }

    private static String signature(String secret, String body, int secondsAgo) {
        long time = Clock.systemUTC().instant().getEpochSecond() - secondsAgo;
        return "t=" + time + ",v1=" + HexFormat.of()
                .formatHex(Hmac.of(secret, (time + "." + body).getBytes(StandardCharsets.UTF_8)));
    }

    private String wakeUp(String eventId) {
        return wakeUp(eventId, now());
    }

    private String wakeUp(String eventId, String ringingAt) {
        return event(eventId, "call.mobile_push_wakeup", """
                {"call_id":"%s","user_id":"%s","from_number":"+15551234","from_name":"Zoë","to_number":"+15559876",
                "ringing_at":"%s"}""".formatted(callId, user, ringingAt));
    }

    /// Event ids are one call's own, here.
    private String event(String id, String type, String data) {
        return """
                {"id":"%s_%s","type":"%s","created_at":"%s","account_id":"acct_1","data":%s}"""
                .formatted(id, callId, type, now(), data);
    }

    private Map<String, String> members() {
        return Map.of("type", "call.mobile_push_wakeup", "call_id", callId, "from_number", "+15551234", "from_name",
                "Zoë", "to_number", "+15559876", "uuid", uuid());
    }

    private String uuid() {
        return new ForeignCall("dialstack", callId).callId().toString();
    }

    private JsonNode trace() {
        return Api.as(port, Tokens.server()).get(tracePath()).mustBe(200);
    }

    private String tracePath() {
        return "/api/wake-ups/dialstack/" + callId + "/trace";
    }

    private int events() {
        return jdbc.sql("select count(*) from webhook_event").query(Integer.class).single();
    }

    private static String now() {
        return Clock.systemUTC().instant().toString();
    }

    private static void inParallel(int times, Callable<?> task) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(Stream.generate(() -> task).limit(times).toList())) {
                result.get();
            }
        }
    }
}
