package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// An app that a push has woken, or is about to wake: it gets its call at once, by socket or by asking, and no second push.
@PushDriven
class WakeUpIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();

    @LocalServerPort
    private int port;
    @Autowired
    private PushDriven.Provider provider;
    @Autowired
    private SettableClock clock;
    @Autowired
    private DueDeliveries due;
    @Autowired
    private JdbcClient jdbc;

    private String bob;
    private Api alice;

    @BeforeEach
    void newUsers() {
        int n = USERS.incrementAndGet();
        bob = "sleepy-bob-" + n;
        alice = Api.user(port, "waking-alice-" + n);
    }

    @Test
    void anAppThatConnectsWhileItsPushIsUnderWayRingsAtOnceAndIsNotPushedAgain() throws Exception {
        device("iphone", "ios-alert");
        var pushing = provider.hang(token("iphone"));
        var call = alice.call(bob);
        await().until(() -> pushes("iphone") == 1);
        clock.advance(Duration.ofMillis(700));
        try (var socket = StompUser.connected(port, bob, "iphone")) {
            var ring = socket.next("incoming_call");
            assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(ring.get("expires_in_ms").asLong()).isEqualTo(44_300);
            await().until(() -> isAwake(call, "iphone"));
            pushing.countDown();
            awaitSent(call, 1);
            nothingIsPushedAgain("iphone", 1);
            assertThat(delivery(call).get("wake_ms").asLong()).isEqualTo(700);
        }
    }

    @Test
    void anAppThatConnectsWhileItsPushWaitsToBeTriedAgainIsNotPushedAgain() throws Exception {
        device("phone", "android");
        provider.answer(token("phone"), new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.call(bob);
        awaitState(call, "waiting");
        try (var socket = StompUser.connected(port, bob, "phone")) {
            socket.next("incoming_call");
            await().until(() -> isAwake(call, "phone"));
            provider.answerAgain(token("phone"));
            nothingIsPushedAgain("phone", 1);
        }
        // no push has woken it
        assertThat(delivery(call).get("wake_ms").isNull()).isTrue();
        assertThat(delivery(call).get("woke_at").asString()).isNotBlank();
    }

    @Test
    void anAppThatAsksWhatRingsIsToldAndNotPushedAgain() {
        device("phone", "android");
        device("tablet", "android");
        var call = alice.call(bob);
        awaitSent(call, 2);
        clock.advance(Duration.ofMillis(2_100));
        var active = Api.user(port, bob).get("/api/call/active?device_id=phone").mustBe(200).get("calls");
        assertThat(active).hasSize(1);
        assertThat(active.get(0).get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(active.get(0).get("state").asString()).isEqualTo("ringing");
        await().until(() -> isAwake(call, "phone"));
        clock.advance(Duration.ofSeconds(4));
        due.run();
        await().until(() -> pushes("tablet") == 2);
        assertThat(pushes("phone")).isEqualTo(1);
        assertThat(isAwake(call, "tablet")).isFalse();
    }

    @Test
    void whoDoesNotSayWhichDeviceAsksIsToldAllTheSame() {
        device("phone", "android");
        var call = alice.call(bob);
        awaitSent(call, 1);
        assertThat(Api.user(port, bob).get("/api/call/active").mustBe(200).get("calls")).hasSize(1);
        clock.advance(Duration.ofSeconds(4));
        due.run();
        await().until(() -> pushes("phone") == 2);
        assertThat(isAwake(call, "phone")).isFalse();
        Api.user(port, bob).get("/api/call/active?device_id=%20").mustBe(400, "invalid_request");
    }

    @Test
    void theTraceShowsHowLongEachDeviceTookToWake() throws Exception {
        device("phone", "android");
        device("tablet", "android");
        var call = alice.call(bob);
        awaitSent(call, 2);
        clock.advance(Duration.ofMillis(2_100));
        Api.user(port, bob).get("/api/call/active?device_id=phone").mustBe(200);
        await().until(() -> isAwake(call, "phone"));
        Api.user(port, bob).command("ringing", call, ",\"device_id\":\"phone\"").mustBe(204);
        clock.advance(Duration.ofMillis(900));
        // the first sign of life counts
        try (var phone = StompUser.connected(port, bob, "phone");
                var tablet = StompUser.connected(port, bob, "tablet")) {
            phone.next("incoming_call");
            tablet.next("incoming_call");
            await().until(() -> isAwake(call, "tablet"));
        }
        await().untilAsserted(() -> assertThat(explained(call, "phone"))
                .contains("It said that it rings")
                .endsWith("Its app was awake 2.10 s after its push was sent."));
        assertThat(explained(call, "tablet")).startsWith("Its app connected while it rang and was told")
                .endsWith("Its app was awake 3.00 s after its push was sent.");
        assertThat(trace(call).get("deliveries").valueStream().map(delivery -> delivery.get("wake_ms").asLong()))
                .containsExactlyInAnyOrder(2_100L, 3_000L);
    }

    @Test
    void whoIsRungOnceMoreWakesOnceMore() {
        device("phone", "android");
        var carol = Api.user(port, "carol-of-" + bob);
        var call = alice.initiate("{\"called_ids\":[\"%s\",\"carol-of-%s\"]}".formatted(bob, bob));
        awaitSent(call, 1);
        carol.command("accept", call).mustBe(200);
        Api.user(port, bob).get("/api/call/active?device_id=phone").mustBe(200);
        await().until(() -> isAwake(call, "phone"));
        clock.advance(Duration.ofSeconds(1));
        alice.command("invite", call, ",\"user_ids\":[\"%s\"]".formatted(bob)).mustBe(200);
        awaitSent(call, 2);
        clock.advance(Duration.ofMillis(300));
        Api.user(port, bob).get("/api/call/active?device_id=phone").mustBe(200);
        await().untilAsserted(() -> assertThat(
                trace(call).get("deliveries").valueStream().map(delivery -> delivery.get("wake_ms").asLong(-1)))
                .containsExactlyInAnyOrder(0L, 300L));
    }

    private void nothingIsPushedAgain(String deviceId, int pushes) {
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofSeconds(5));
            due.run();
        }
        assertThat(jdbc.sql("select count(*) from delivery where user_id = :user and due_at is not null")
                .param("user", bob)
                .query(Integer.class)
                .single()).isZero();
        assertThat(pushes(deviceId)).isEqualTo(pushes);
    }

    private JsonNode trace(JsonNode call) {
        return alice.get("/api/call/" + call.get("call_id").asString() + "/trace").mustBe(200);
    }

    private JsonNode delivery(JsonNode call) {
        return trace(call).get("deliveries").get(0);
    }

    private String explained(JsonNode call, String deviceId) {
        return trace(call).get("called")
                .get(0)
                .get("devices")
                .valueStream()
                .filter(device -> device.get("device_id").asString().equals(deviceId))
                .map(device -> device.get("because").asString())
                .findFirst()
                .orElseThrow();
    }

    private int pushes(String deviceId) {
        return provider.to(token(deviceId)).size();
    }

    private boolean isAwake(JsonNode call, String deviceId) {
        return jdbc.sql("""
                select bool_or(woke_at is not null and acknowledged_at is not null) from delivery
                where call_id = :call and device_id = :device""")
                .param("call", UUID.fromString(call.get("call_id").asString()))
                .param("device", deviceId)
                .query(Boolean.class)
                .single();
    }

    private void awaitState(JsonNode call, String state) {
        await().untilAsserted(() -> assertThat(delivery(call).get("state").asString()).isEqualTo(state));
    }

    /// Waits until so many deliveries of the call are sent, and their attempts are written down.
    private void awaitSent(JsonNode call, int count) {
        await().untilAsserted(() -> assertThat(trace(call).get("deliveries")
                .valueStream()
                .filter(d -> d.get("state").asString().equals("sent") && !d.get("attempts").isEmpty())).hasSize(count));
    }

    private String token(String deviceId) {
        return bob + "-" + deviceId;
    }

    private void device(String deviceId, String platform) {
        jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, environment, registered_at, used_at)
                values (:user, :device, :platform, :token, 'PRODUCTION', :now, :now)""")
                .param("user", bob)
                .param("device", deviceId)
                .param("platform", platform)
                .param("token", token(deviceId))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }
}
