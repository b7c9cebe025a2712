package dev.ringback.webhook.cometchat;

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
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// CometChat's events, from the proved request to the pushes. The bodies are those of CometChat's documentation
/// (`calls/webhooks-ringing`) with other values.
@WebhookDriven
class CometChatIntegrationTest {
    private static final AtomicInteger CALLS = new AtomicInteger();
    private static final String PATH = "/webhooks/cometchat";
    private static final String GUIDES_PATH = "/webhook/cometchat/call-received";

    @LocalServerPort
    private int port;
    @Autowired
    private LocalPushServices services;
    @Autowired
    private Phones phones;

    private String caller;
    private String called;
    private String session;
    private int messages;

    @BeforeEach
    void newUsersAndSession() {
        int n = CALLS.incrementAndGet();
        caller = "cometchat-caller-" + n;
        called = "cometchat-called-" + n;
        session = "v1.in.session-" + n;
        messages = n * 100;
    }

    @Test
    void aCallAsItIsDocumentedRingsEveryDevice() {
        var android = phones.android(called);
        var iphone = phones.iphone(called);
        phones.browser(called);
        deliver(PATH, initiated(now())).mustBe(200);
        await().untilAsserted(() -> {
            assertThat(services.dataTo(android)).containsExactly(members("audio"));
            assertThat(services.requestsTo(iphone)).hasSize(1);
            assertThat(services.browsersGot("sessionId", session)).hasSize(1);
        });
        assertThat(LocalPushServices.members(services.requestsTo(iphone).getFirst().json()))
                .isEqualTo(members("audio"));
        assertThat(services.requestsTo(iphone).getFirst().timeToLive()).isBetween(Duration.ofSeconds(38),
                Duration.ofSeconds(45));
        assertThat(services.browsersGot("sessionId", session).getFirst().members()).isEqualTo(members("audio"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"trigger\":\"call.received\",", "\"trigger\":\"call_initiated\","})
    void aCallAsTheGuideShowsItRingsToo(String trigger) {
        var android = phones.android(called);
        deliver(GUIDES_PATH, """
                {%s"data":{"receiver":"%s","sender":{"uid":"%s","name":"Andrew"},"sessionId":"%s","type":"video"}}"""
                .formatted(trigger, called, caller, session)).mustBe(200);
        await().untilAsserted(() -> assertThat(services.dataTo(android)).containsExactly(members("video")));
    }

    @Test
    void aRetryIsHandledOnce() {
        var android = phones.android(called);
        var body = initiated(now());
        deliver(PATH, body).mustBe(200);
        deliver(GUIDES_PATH, body).mustBe(200);
        deliver(PATH, body.replace("webhook-1", "webhook-2")).mustBe(200);
        await().until(() -> !services.messagesTo(android).isEmpty());
        assertThat(trace().get("deliveries")).hasSize(1);
    }

    @Test
    void aCallThatWasMadeTooLongAgoRingsNobody() {
        phones.android(called);
        deliver(PATH, initiated(now() - 46)).mustBe(200);
        assertThat(trace().get("deliveries")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"call_cancelled", "call_rejected", "call_busy", "call_unanswered"})
    void anEndWithoutASessionStopsTheNewestCallOfThePair(String trigger) {
        var android = phones.android(called);
        deliver(PATH, initiated(now() - 10)).mustBe(200);
        await().until(() -> services.messagesTo(android).size() == 1);
        // who sent the message differs between these events
        var cancelled = trigger.equals("call_cancelled") || trigger.equals("call_unanswered");
        deliver(PATH, action(trigger, cancelled ? caller : called, cancelled ? called : caller, now())).mustBe(200);
        await().untilAsserted(() -> assertThat(services.dataTo(android)).hasSize(2));
        assertThat(services.dataTo(android).getLast())
                .isEqualTo(Map.of("type", trigger, "sessionId", session, "uuid", uuid()));
        assertThat(trace().get("ended_how").asString()).isEqualTo("over");
    }

    @Test
    void theLateEndOfAnEarlierCallDoesNotStopTheNextOne() {
        phones.android(called);
        deliver(PATH, initiated(now())).mustBe(200);
        deliver(PATH, action("call_cancelled", caller, called, now() - 20)).mustBe(200);
        assertThat(trace().has("ended_at")).isFalse();
    }

    @Test
    void anEndBetweenOthersStopsNothing() {
        phones.android(called);
        deliver(PATH, initiated(now())).mustBe(200);
        deliver(PATH, action("call_cancelled", caller, "somebody-else", now())).mustBe(200);
        deliver(PATH, "{\"trigger\":\"call_cancelled\",\"data\":{}}").mustBe(200);
        assertThat(trace().has("ended_at")).isFalse();
    }

    @Test
    void anEndThatNamesItsSessionStopsThatOne() {
        var android = phones.android(called);
        deliver(PATH, initiated(now())).mustBe(200);
        await().until(() -> services.messagesTo(android).size() == 1);
        deliver(PATH, """
                {"trigger":"call_ended","data":{"all_occupants":[],"destroyed_at":%d,"created_at":%d,"sessionId":"%s"},
                "type":"call","appId":"app","region":"eu","webhook":"webhook-1"}""".formatted(now(), now(), session))
                .mustBe(200);
        await().untilAsserted(() -> assertThat(services.dataTo(android)).hasSize(2));
        assertThat(services.dataTo(android).getLast()).containsEntry("type", "call_ended");
    }

    @Test
    void anEndInTheGuidesShapeStopsThePairsCall() {
        var android = phones.android(called);
        deliver(PATH, initiated(now())).mustBe(200);
        await().until(() -> services.messagesTo(android).size() == 1);
        deliver(GUIDES_PATH,
                """
                        {"trigger":"call_cancelled","data":{"receiver":"%s","sender":{"uid":"%s"}}}""".formatted(called,
                        caller))
                .mustBe(200);
        await().untilAsserted(() -> assertThat(services.dataTo(android)).hasSize(2));
    }

    @Test
    void anEndInWholeSecondsStopsACallWhoseTimeWasNotSaid() {
        phones.android(called);
        deliver(GUIDES_PATH, """
                {"data":{"receiver":"%s","sender":{"uid":"%s","name":"Andrew"},"sessionId":"%s","type":"audio"}}"""
                .formatted(called, caller, session)).mustBe(200);
        deliver(PATH, action("call_cancelled", caller, called, now() - 1)).mustBe(200);
        assertThat(trace().has("ended_at")).isTrue();
    }

    @Test
    void theAnswerComesWhileThePushServiceHangs() {
        var android = phones.android(called);
        services.hang();
        try {
            deliver(PATH, initiated(now())).mustBe(200);
            await().untilAsserted(() -> assertThat(services.messagesTo(android)).hasSize(1));
        } finally {
            services.goOn();
        }
    }

    @Test
    void aCallToAGroupAndWhatIsNoCallRingsNobody() {
        phones.android(called);
        deliver(PATH, initiated(now()).replace("\"receiverType\":\"user\"", "\"receiverType\":\"group\"")).mustBe(200);
        deliver(PATH, """
                {"trigger":"call_started","data":{"created_at":1696934572,"sessionId":"%s"}}""".formatted(session))
                .mustBe(200);
        deliver(PATH, "{\"trigger\":\"user_blocked\",\"data\":{\"x\":1}}").mustBe(200);
        deliver(PATH, "{}").mustBe(200);
        Api.as(port, Tokens.server()).get(tracePath()).mustBe(404);
    }

    @Test
    void aSignatureProvesItToo() {
        var body = "{\"trigger\":\"user_blocked\"}";
        post(PATH, body, "x-cometchat-signature", hex(WebhookDriven.SECRET, body)).mustBe(200);
        post(GUIDES_PATH, body, "x-cometchat-signature", hex(WebhookDriven.SECRET, body)).mustBe(200);
        for (var bad : new String[]{hex("another-secret-than-ours", body), hex(WebhookDriven.SECRET, body + " "), "",
                "00", "zz"}) {
            post(PATH, body, "x-cometchat-signature", bad).mustBe(401, "unauthenticated");
        }
    }

    @Test
    void whatIsNotProvedIsRefusedAndWritesNothing() {
        phones.android(called);
        var body = initiated(now());
        for (var path : new String[]{PATH, GUIDES_PATH}) {
            post(path, body).mustBe(401, "unauthenticated");
            post(path, body, "Authorization", basic(WebhookDriven.USERNAME, "pass")).mustBe(401, "unauthenticated");
            post(path, body, "Authorization", basic("somebody", WebhookDriven.PASSWORD)).mustBe(401, "unauthenticated");
            post(path, body, "Authorization", "Basic !").mustBe(401, "unauthenticated");
        }
        Api.as(port, Tokens.server()).get(tracePath()).mustBe(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"trigger\":\"call_initiated\",\"data\":{\"call\":{}}}",
            "{\"data\":{\"receiver\":\"\",\"sender\":{\"uid\":\"a\"},\"sessionId\":\"s\"}}",
            "{\"data\":{\"receiver\":\"b\",\"sender\":\"a\",\"sessionId\":\"s\"}}"})
    void whatIsProvedAndCannotBeReadIsInvalid(String body) {
        deliver(PATH, body).mustBe(400, "invalid_request");
    }

    private Answer deliver(String path, String body) {
        return post(path, body, "Authorization", basic(WebhookDriven.USERNAME, WebhookDriven.PASSWORD));
    }

    private Answer post(String path, String body, String... headers) {
        return Api.as(port, null).post(path, body, headers);
    }

    private static String basic(String username, String password) {
        return "Basic " + Base64.getEncoder()
                .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(String secret, String body) {
        return HexFormat.of().formatHex(Hmac.of(secret, body.getBytes(StandardCharsets.UTF_8)));
    }

    private String initiated(long at) {
        return """
                {"trigger":"call_initiated","data":{"call":{"id":"%d","conversationId":"%s_user_%s","sender":"%s",
                "receiverType":"user","receiver":"%s","category":"call","type":"audio","data":{"action":"initiated",
                "entities":{"by":{"entity":{"uid":"%s","name":"Andrew","status":"available"},"entityType":"user"},
                "on":{"entity":{"sessionid":"%s","status":"initiated","type":"audio","initiatedAt":%d},
                "entityType":"call"}}},"sentAt":%d,"updatedAt":%d}},"appId":"app","region":"eu","webhook":"webhook-1"}"""
                .formatted(messages, caller, called, caller, called, caller, session, at, at, at);
    }

    private String action(String trigger, String sender, String receiver, long at) {
        return """
                {"trigger":"%s","data":{"call":{"id":"%d","conversationId":"%s_user_%s","sender":"%s",
                "receiverType":"user","receiver":"%s","category":"call","type":"audio","data":{"action":"%s"},
                "sentAt":%d,"updatedAt":%d}},"appId":"app","region":"eu","webhook":"webhook-1"}"""
                .formatted(trigger, ++messages, called, caller, sender, receiver, trigger.substring(5), at, at);
    }

    private Map<String, String> members(String callType) {
        return Map.of("type", "incoming_call", "sessionId", session, "callerName", "Andrew", "callerUid", caller,
                "callType", callType, "uuid", uuid());
    }

    private String uuid() {
        return new ForeignCall("cometchat", session).callId().toString();
    }

    private JsonNode trace() {
        return Api.as(port, Tokens.server()).get(tracePath()).mustBe(200);
    }

    private String tracePath() {
        return "/api/wake-ups/cometchat/" + session + "/trace";
    }

    private static long now() {
        return Clock.systemUTC().instant().getEpochSecond();
    }
}
