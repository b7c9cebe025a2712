package dev.ringback.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.fcm.FakeFcm;
import dev.ringback.support.Api;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Who may look, what is seen, and test rings.
@AdminDriven
class AdminIntegrationTest {
    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    @LocalServerPort
    private int port;
    @Autowired
    private FakeFcm fcm;
    @Autowired
    private JdbcClient jdbc;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String aliceId = "alice-" + run;
    private final String bobId = "bob-" + run;
    private final List<JsonNode> made = new ArrayList<>();
    /// Of this test alone: what is refused is counted by address.
    private String address;
    private Api server;

    @BeforeEach
    void newcomers() {
        address = "192.0.2." + ADDRESSES.incrementAndGet();
        server = Api.as(port, Tokens.server());
        fcm.answers(null);
    }

    @AfterEach
    void hangUp() {
        made.forEach(call -> Api.user(port, call.get("caller_id").asString()).command("cancel", call));
    }

    @Test
    void thePageIsOpenAndSaysNothing() {
        var page = Api.as(port, null).get("/admin");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.response().headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'");
        assertThat(page.response().body()).contains("Ringback admin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/admin/overview", "/api/admin/calls", "/api/admin/dead-deliveries"})
    void nobodyLooksButTheOperator(String path) {
        var refused = Api.as(port, null).get(path, "X-Forwarded-For", address);
        refused.mustBe(401, "unauthenticated");
        // a browser that is not asked for a password keeps none, and so sends none for other sites
        assertThat(refused.response().headers().allValues("WWW-Authenticate")).containsExactly("Bearer");
        Api.as(port, "nonsense").get(path, "X-Forwarded-For", address).mustBe(401, "unauthenticated");
        var basic = "Basic " + Base64.getEncoder()
                .encodeToString(("admin:" + AdminDriven.PASSWORD).getBytes(StandardCharsets.UTF_8));
        Api.as(port, null)
                .get(path, "X-Forwarded-For", address, "Authorization", basic)
                .mustBe(401, "unauthenticated");
        Api.user(port, aliceId).get(path).mustBe(403, "forbidden");
        server.get(path).mustBe(200);
        admin().get(path).mustBe(200);
    }

    @Test
    void aTestRingIsTheOperatorsOnly() {
        register(bobId, "phone", "android");
        var body = "{\"user_id\":\"%s\",\"device_id\":\"phone\"}".formatted(bobId);
        Api.as(port, null)
                .post("/api/admin/test-rings", body, "X-Forwarded-For", address)
                .mustBe(401, "unauthenticated");
        Api.user(port, bobId).post("/api/admin/test-rings", body).mustBe(403, "forbidden");
    }

    @Test
    void thePasswordOpensThisPageAndNothingElse() {
        var admin = admin();
        var call = call(aliceId, bobId);
        var id = call.get("call_id").asString();
        admin.get("/api/call/" + id + "/trace").mustBe(200);
        admin.get("/api/push/devices?user_id=" + bobId).mustBe(200);
        assertThat(admin.get("/api/call?user_id=" + bobId).mustBe(200).get("calls")).hasSize(1);
        admin.get("/api/webhooks/dead-letters").mustBe(200);
        for (var path : List.of("/api/call/" + id, "/api/call/active?user_id=" + bobId, "/api/push/check",
                "/api/blocks?user_id=" + bobId, "/api/do-not-disturb?user_id=" + bobId, "/actuator/metrics")) {
            admin.get(path).mustBe(403, "forbidden");
        }
        for (var command : List.of("initiate", "accept", "token", "reject", "cancel", "end", "ringing", "invite")) {
            admin.post("/api/call/" + command, "{\"call_id\":\"%s\"}".formatted(id)).mustBe(403, "forbidden");
        }
        for (var command : List.of("register", "unregister", "subscribe", "unsubscribe")) {
            admin.post("/api/push/" + command, "{}").mustBe(403, "forbidden");
        }
        var token = signIn(AdminDriven.PASSWORD).mustBe(200).get("token").asString();
        assertThatThrownBy(() -> StompUser.connect(port, token)).isNotNull();
    }

    @Test
    void aTokenThatOnlyLooksLikeOneIsRefused() {
        var token = signIn(AdminDriven.PASSWORD).mustBe(200).get("token").asString();
        var parts = token.split("\\.", -1);
        var own = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"sub\":\"admin\",\"exp\":9999999999}".getBytes(StandardCharsets.UTF_8));
        for (var forged : List.of(parts[0] + "." + own + "." + parts[2], parts[0] + "." + parts[1] + ".",
                parts[0] + "." + Tokens.server().split("\\.", 2)[1])) {
            Api.as(port, forged)
                    .get("/api/admin/overview", "X-Forwarded-For", address)
                    .mustBe(401, "unauthenticated");
        }
    }

    @Test
    void whoTriesTooManyPasswordsIsShutOutForAWhile() {
        for (int i = 0; i < 5; i++) {
            var refused = signIn("not-the-password-" + i);
            assertThat(refused.mustBe(401, "unauthenticated").get("detail").asString())
                    .isEqualTo("That is not the password.");
            assertThat(refused.response().headers().firstValue("WWW-Authenticate")).isEmpty();
        }
        var shutOut = signIn(AdminDriven.PASSWORD);
        shutOut.mustBe(429, "rate_limited");
        assertThat(shutOut.response().headers().firstValue("Retry-After")).isPresent();
        address = "192.0.2." + ADDRESSES.incrementAndGet();
        signIn(AdminDriven.PASSWORD).mustBe(200);
    }

    @Test
    void aPasswordThatIsNoneIsRefused() {
        signIn("").mustBe(401, "unauthenticated");
        signIn("x".repeat(501)).mustBe(400, "invalid_request");
        // more than bcrypt reads
        signIn(AdminDriven.PASSWORD + "x".repeat(100)).mustBe(401, "unauthenticated");
        Api.as(port, null).post("/api/admin/sign-in", "{}", "X-Forwarded-For", address).mustBe(400, "invalid_request");
    }

    @Test
    void liveCallsAreListedNewestFirst() {
        var first = call(aliceId, bobId);
        var second = call("carol-" + run, "dave-" + run);
        var third = call("erin-" + run, "frank-" + run);
        Api.user(port, "dave-" + run).command("accept", second).mustBe(200);
        var page = server.get("/api/admin/calls?limit=2").mustBe(200);
        assertThat(ids(page)).containsExactly(id(third), id(second));
        assertThat(page.get("calls").get(1).get("state").asString()).isEqualTo("accepted");
        var next = server.get("/api/admin/calls?limit=100&cursor=" + page.get("next_cursor").asString()).mustBe(200);
        assertThat(ids(next)).startsWith(id(first));
        assertThat(next.get("next_cursor").isNull()).isTrue();
        Api.user(port, "carol-" + run).command("end", second).mustBe(200);
        assertThat(ids(server.get("/api/admin/calls").mustBe(200))).doesNotContain(id(second)).contains(id(third));
        server.get("/api/admin/calls?limit=0").mustBe(400, "invalid_request");
        server.get("/api/admin/calls?limit=101").mustBe(400, "invalid_request");
        server.get("/api/admin/calls?cursor=x").mustBe(400, "invalid_request");
    }

    @Test
    void callsAreCountedByWhatBecameOfThem() {
        // another class's, which leave the time that is looked at one after the other
        jdbc.sql("delete from call where caller_id = 'filler'").update();
        long answeredBefore = sum(overview(), "answered");
        long declinedBefore = sum(overview(), "declined");
        register(bobId, "phone", "android");
        var answered = call(aliceId, bobId);
        var bob = Api.user(port, bobId);
        bob.command("ringing", answered, ",\"device_id\":\"phone\"").mustBe(204);
        bob.command("accept", answered, ",\"device_id\":\"phone\"").mustBe(200);
        bob.command("reject", call("carol-" + run, bobId)).mustBe(200);
        await().untilAsserted(() -> {
            var seen = overview();
            assertThat(sum(seen, "answered")).isGreaterThan(answeredBefore);
            assertThat(sum(seen, "declined")).isGreaterThan(declinedBefore);
            assertThat(seen.get("accepted").asLong()).isPositive();
            for (var member : List.of("ring_p95_ms", "answer_p50_ms")) {
                assertThat(seen.get("spans").valueStream().map(span -> span.get(member))).anyMatch(JsonNode::isNumber);
            }
            var channel = seen.get("channels")
                    .valueStream()
                    .filter(one -> one.get("channel").asString().equals("fcm"))
                    .findFirst();
            assertThat(channel).hasValueSatisfying(one -> assertThat(one.get("delivered").asLong()).isPositive());
            assertThat(seen.get("node").get("connections_most").asLong()).isPositive();
        });
        Api.user(port, aliceId).command("end", answered).mustBe(200);
    }

    @Test
    void whatIsLookedAtOftenIsReckonedOnce() {
        // one may end in between, and another one not so soon
        assertThat(Stream.of(1, 2, 3).map(_ -> overview().get("at").asString()).distinct()).hasSizeLessThan(3);
    }

    @Test
    void pushesThatWereGivenUpAreListed() {
        fcm.answers(FakeFcm.error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
        register(bobId, "phone", "android");
        var first = call(aliceId, bobId);
        awaitDead(first);
        var second = call("carol-" + run, bobId);
        awaitDead(second);
        var page = server.get("/api/admin/dead-deliveries?limit=1").mustBe(200);
        assertThat(page.get("deliveries")).hasSize(1);
        var newest = page.get("deliveries").get(0);
        assertThat(newest.get("call_id").asString()).isEqualTo(id(second));
        assertThat(newest.get("user_id").asString()).isEqualTo(bobId);
        assertThat(newest.get("device_id").asString()).isEqualTo("phone");
        assertThat(newest.get("type").asString()).isEqualTo("incoming_call");
        assertThat(newest.get("code").asString()).isEqualTo("THIRD_PARTY_AUTH_ERROR");
        var next = server.get("/api/admin/dead-deliveries?limit=1&cursor=" + page.get("next_cursor").asString())
                .mustBe(200);
        assertThat(next.get("deliveries").get(0).get("call_id").asString()).isEqualTo(id(first));
        assertThat(page.toString() + next).doesNotContain(token(bobId, "phone"));
    }

    @Test
    void aTestRingRingsWithoutACall() {
        register(bobId, "phone", "android");
        long calls = count("call");
        long deliveries = count("delivery");
        var ring = ring(bobId, "phone").mustBe(200);
        var attempt = ring.get("tries").get(0);
        assertThat(ring.get("tries")).hasSize(1);
        assertThat(attempt.get("channel").asString()).isEqualTo("fcm");
        assertThat(attempt.get("outcome").asString()).isEqualTo("delivered");
        assertThat(attempt.get("provider_id").asString()).startsWith("projects/");
        assertThat(attempt.get("token").asString()).hasSize(5);
        assertThat(sentTo(bobId)).hasSize(1);
        var data = sentTo(bobId).getFirst().get("data");
        assertThat(data.get("type").asString()).isEqualTo("incoming_call");
        assertThat(data.get("caller_id").asString()).isEqualTo("ringback-test");
        assertThat(data.get("caller_name").asString()).isEqualTo("Test ring");
        assertThat(data.get("custom").asString()).isEqualTo("{\"test_ring\":true}");
        assertThat(data.get("call_id").asString()).isEqualTo(ring.get("call_id").asString());
        assertThat(data.get("expires_in_ms").asString()).isEqualTo("15000");
        assertThat(data.has("action_token")).isFalse();
        assertThat(ring.toString()).doesNotContain(token(bobId, "phone"));
        server.get("/api/call/" + ring.get("call_id").asString()).mustBe(404, "call_not_found");
        assertThat(count("call")).isEqualTo(calls);
        assertThat(count("delivery")).isEqualTo(deliveries);
    }

    @Test
    void aTestRingSaysWhatThePushServiceSaidAndKeepsTheToken() {
        register(bobId, "phone", "android");
        fcm.answers(FakeFcm.error(404, "NOT_FOUND", "UNREGISTERED"));
        assertRung(ring(bobId, "phone"), "dead_token", "UNREGISTERED");
        fcm.answers(FakeFcm.error(503, "UNAVAILABLE", "UNAVAILABLE"));
        assertRung(ring(bobId, "phone"), "try_later", "UNAVAILABLE");
        assertThat(server.get("/api/push/devices?user_id=" + bobId).mustBe(200).get("devices")).hasSize(1);
    }

    @Test
    void aTestRingByAChannelThatIsOffSaysSo() {
        register(bobId, "iphone", "fcm-ios");
        assertRung(ring(bobId, "iphone"), "channel_off", null);
    }

    @Test
    void aDeviceThatIsNotTheUsersIsNotRung() {
        register(bobId, "phone", "android");
        ring(aliceId, "phone").mustBe(404, "not_found");
        ring(bobId, "tablet").mustBe(404, "not_found");
        server.post("/api/admin/test-rings", "{\"user_id\":\"%s\"}".formatted(bobId)).mustBe(400, "invalid_request");
        assertThat(sentTo(bobId)).isEmpty();
    }

    @Test
    void nobodyIsRungForATestWithoutEnd() {
        register(bobId, "phone", "android");
        for (int i = 0; i < 10; i++) {
            ring(bobId, "phone").mustBe(200);
        }
        ring(bobId, "phone").mustBe(429, "rate_limited");
    }

    private static void assertRung(Api.Answer answer, String outcome, @Nullable String code) {
        var attempt = answer.mustBe(200).get("tries").get(0);
        assertThat(attempt.get("outcome").asString()).isEqualTo(outcome);
        assertThat(attempt.path("code").asString(null)).isEqualTo(code);
    }

    private JsonNode overview() {
        return server.get("/api/admin/overview").mustBe(200);
    }

    private static long sum(JsonNode overview, String member) {
        return overview.get("spans").valueStream().mapToLong(span -> span.get(member).asLong()).sum();
    }

    private Api.Answer ring(String userId, String deviceId) {
        return server.post("/api/admin/test-rings",
                "{\"user_id\":\"%s\",\"device_id\":\"%s\"}".formatted(userId, deviceId));
    }

    private Api.Answer signIn(String password) {
        return Api.as(port, null)
                .post("/api/admin/sign-in", "{\"password\":\"%s\"}".formatted(password), "X-Forwarded-For", address);
    }

    private Api admin() {
        return Api.as(port, signIn(AdminDriven.PASSWORD).mustBe(200).get("token").asString());
    }

    private JsonNode call(String callerId, String calledId) {
        var call = Api.user(port, callerId).call(calledId);
        made.add(call);
        return call;
    }

    private void register(String userId, String deviceId, String platform) {
        Api.user(port, userId)
                .post("/api/push/register", "{\"platform\":\"%s\",\"token\":\"%s\",\"device_id\":\"%s\"}"
                        .formatted(platform, token(userId, deviceId), deviceId))
                .mustBe(200);
    }

    private static String token(String userId, String deviceId) {
        return "fcm-token:" + userId + "-" + deviceId;
    }

    private void awaitDead(JsonNode call) {
        await().until(() -> jdbc.sql("select count(*) from delivery where call_id = :call and state = 'FAILED'")
                .param("call", UUID.fromString(id(call)))
                .query(Integer.class)
                .single() == 1);
    }

    /// The messages to the user's phone, in order.
    private List<JsonNode> sentTo(String userId) {
        return fcm.sent()
                .stream()
                .map(FakeFcm.Sent::message)
                .filter(message -> message.get("token").asString().equals(token(userId, "phone")))
                .toList();
    }

    private long count(String table) {
        return jdbc.sql("select count(*) from " + table).query(Long.class).single();
    }

    private static String id(JsonNode call) {
        return call.get("call_id").asString();
    }

    private static List<String> ids(JsonNode page) {
        return page.get("calls").valueStream().map(AdminIntegrationTest::id).toList();
    }
}
