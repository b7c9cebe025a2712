package dev.ringback.notify;

import static dev.ringback.notify.NoticeType.CALL_ANSWERED_ELSEWHERE;
import static dev.ringback.notify.NoticeType.CALL_CANCELLED;
import static dev.ringback.notify.NoticeType.CALL_MISSED;
import static dev.ringback.notify.NoticeType.INCOMING_CALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.call.CallEvent;
import dev.ringback.call.Calls;
import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// From a change of a call to what its devices are told, through PostgreSQL.
@PushDriven
class DeliveryIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();

    @LocalServerPort
    private int port;
    @Autowired
    private PushDriven.Provider provider;
    @Autowired
    private PushDriven.Hiccup hiccup;
    @Autowired
    private PushDriven.OnTold onTold;
    @Autowired
    private Pushing pushing;
    @Autowired
    private Reachability reachability;
    @Autowired
    private Calls calls;
    @Autowired
    private ApplicationEventPublisher events;
    @Autowired
    private SettableClock clock;
    @Autowired
    private DueDeliveries due;
    @Autowired
    private Courier courier;
    @Autowired
    private JdbcClient jdbc;
    @Autowired
    private MeterRegistry metrics;

    private String bob;
    private Api alice;

    @BeforeEach
    void newUsers() {
        int n = USERS.incrementAndGet();
        bob = "bob-" + n;
        alice = Api.user(port, "alice-" + n);
    }

    @Test
    void everyDeviceIsRungOnceByItsBestToken() {
        device("phone", "android", "phone-a");
        device("iphone", "ios", "iphone-voip");
        device("iphone", "ios-alert", "iphone-alert");
        var call = alice.call(bob);
        settled(call, "sent", 2);
        assertThat(provider.typesTo(token("phone-a"))).containsExactly(INCOMING_CALL);
        assertThat(provider.typesTo(token("iphone-voip"))).containsExactly(INCOMING_CALL);
        assertThat(provider.to(token("iphone-alert"))).isEmpty();
        var push = provider.to(token("phone-a")).getFirst();
        assertThat(push.notice().call().callId()).hasToString(id(call));
        assertThat(push.notice().call().version()).isEqualTo(1);
        assertThat(push.timeLeft()).isEqualTo(Duration.ofSeconds(45));
        assertThat(push.actionToken()).isNotBlank();
    }

    @Test
    void aRingThatIsNotAcknowledgedIsRepeatedTwiceAndNoMore() {
        device("phone", "android", "phone-a");
        var call = alice.call(bob);
        settled(call, "sent", 1);
        due.run();
        assertThat(provider.to(token("phone-a"))).hasSize(1);
        for (int pushes = 2; pushes <= 3; pushes++) {
            clock.advance(Duration.ofSeconds(4));
            due.run();
            awaitPushes("phone-a", pushes);
            awaitPushesWritten(call, pushes);
        }
        assertThat(provider.to(token("phone-a")).stream().map(Push::id).distinct()).hasSize(1);
        clock.advance(Duration.ofSeconds(10));
        due.run();
        settled(call, "sent", 1);
        assertThat(provider.to(token("phone-a"))).hasSize(3);
        assertThat(provider.to(token("phone-a")).getLast().notice().expiresInMs()).isEqualTo(37_000);
    }

    @Test
    void aRingIsNotRepeatedInItsLastFiveSeconds() {
        device("phone", "android", "phone-a");
        var call = alice.initiate("{\"called_id\":\"%s\",\"ring_timeout\":9}".formatted(bob));
        settled(call, "sent", 1);
        clock.advance(Duration.ofMillis(4_500));
        due.run();
        assertThat(jdbc.sql("select count(*) from delivery where call_id = :id and due_at is not null")
                .param("id", UUID.fromString(id(call)))
                .query(Integer.class)
                .single()).isZero();
        assertThat(provider.to(token("phone-a"))).hasSize(1);
    }

    @Test
    void aDeviceThatRingsIsLeftAloneAndTheOthersAreNot() {
        device("phone", "android", "phone-a");
        device("tablet", "android", "tablet-a");
        var call = alice.call(bob);
        settled(call, "sent", 2);
        Api.user(port, bob).command("ringing", call, ",\"device_id\":\"phone\"").mustBe(204);
        await().until(() -> acknowledged(call) == 1);
        clock.advance(Duration.ofSeconds(4));
        due.run();
        awaitPushes("tablet-a", 2);
        assertThat(provider.to(token("phone-a"))).hasSize(1);
    }

    @Test
    void anAcknowledgementWithoutANameCountsForAnOnlyDeviceOnly() {
        device("phone", "android", "phone-a");
        var call = alice.call(bob);
        settled(call, "sent", 1);
        Api.user(port, bob).command("ringing", call).mustBe(204);
        await().until(() -> acknowledged(call) == 1);
        device("tablet", "android", "tablet-a");
        var second = alice.call(bob);
        settled(second, "sent", 2);
        Api.user(port, bob).command("ringing", second).mustBe(204);
        Api.user(port, bob).command("ringing", second, ",\"device_id\":\"tablet\"").mustBe(204);
        await().until(() -> acknowledged(second) == 1);
    }

    @Test
    void aDeviceOnItsSocketIsPushedOnlyIfItDoesNotAcknowledge() throws Exception {
        device("phone", "android", "phone-a");
        try (var socket = StompUser.connected(port, bob, "phone")) {
            var call = alice.call(bob);
            socket.next("incoming_call");
            settled(call, "waiting", 1);
            due.run();
            assertThat(provider.to(token("phone-a"))).isEmpty();
            clock.advance(Duration.ofSeconds(4));
            due.run();
            awaitPushes("phone-a", 1);

            var second = alice.call(bob);
            socket.send("ringing", "{\"call_id\":\"%s\",\"device_id\":\"phone\"}".formatted(id(second)));
            await().until(() -> acknowledged(second) == 1);
            clock.advance(Duration.ofSeconds(5));
            due.run();
            assertThat(provider.to(token("phone-a")).stream().map(p -> p.notice().call().callId().toString()))
                    .doesNotContain(id(second));
        }
    }

    @Test
    void aSocketThatIsToldWhatRingsAcknowledgesForItsDevice() throws Exception {
        device("phone", "android", "phone-a");
        var call = alice.call(bob);
        settled(call, "sent", 1);
        try (var socket = StompUser.connected(port, bob, "phone")) {
            socket.next("incoming_call");
            await().until(() -> acknowledged(call) == 1);
        }
    }

    @Test
    void theOthersAreToldWhenOneDeviceAccepts() {
        device("phone", "android", "phone-a");
        device("tablet", "android", "tablet-a");
        device("iphone", "ios", "iphone-voip");
        var call = alice.call(bob);
        settled(call, "sent", 3);
        Api.user(port, bob).command("accept", call, ",\"device_id\":\"phone\"").mustBe(200);
        awaitPushes("tablet-a", 2);
        settled(call, "sent", 4);
        assertThat(provider.typesTo(token("tablet-a"))).containsExactly(INCOMING_CALL, CALL_ANSWERED_ELSEWHERE);
        assertThat(provider.to(token("tablet-a")).getLast().notice().reason()).isEqualTo("answered_elsewhere");
        assertThat(provider.to(token("tablet-a")).getLast().notice().answeredByDevice()).isEqualTo("phone");
        assertThat(provider.to(token("phone-a"))).hasSize(1);
        assertThat(provider.to(token("iphone-voip"))).as("no VoIP push for a stop").hasSize(1);
    }

    @Test
    void aCancelStopsEveryDeviceAndSaysThatTheCallWasMissed() {
        device("phone", "android", "phone-a");
        device("iphone", "ios", "iphone-voip");
        device("iphone", "ios-alert", "iphone-alert");
        var call = alice.call(bob);
        settled(call, "sent", 2);
        alice.command("cancel", call).mustBe(200);
        awaitPushes("phone-a", 3);
        awaitPushes("iphone-alert", 2);
        assertThat(provider.typesTo(token("phone-a"))).containsExactly(INCOMING_CALL, CALL_CANCELLED, CALL_MISSED);
        assertThat(provider.typesTo(token("iphone-alert"))).containsExactly(CALL_CANCELLED, CALL_MISSED);
        assertThat(provider.to(token("iphone-voip"))).hasSize(1);
    }

    @Test
    void aRejectStopsTheOtherDevicesAsDeclinedElsewhere() {
        device("phone", "android", "phone-a");
        var call = alice.call(bob);
        settled(call, "sent", 1);
        Api.user(port, bob).command("reject", call).mustBe(200);
        awaitPushes("phone-a", 2);
        assertThat(provider.to(token("phone-a")).getLast().notice().reason()).isEqualTo("declined_elsewhere");
    }

    @Test
    void aCancelThatOvertakesItsRingWins() throws Exception {
        var blocked = List.of("a", "b", "c", "d");
        blocked.forEach(name -> device("dev-" + name, "android", name));
        var latches = blocked.stream().map(name -> provider.hang(token(name))).toList();
        var first = alice.call(bob);
        await().until(() -> blocked.stream().allMatch(name -> provider.to(token(name)).size() == 1));
        // all four ways of the channel are taken
        var carol = "carol-" + bob;
        deviceOf(carol, "phone", "android", carol);
        var second = alice.call(carol);
        alice.command("cancel", second).mustBe(200);
        latches.forEach(CountDownLatch::countDown);
        await().until(() -> provider.typesTo(carol).contains(CALL_MISSED));
        assertThat(provider.typesTo(carol)).doesNotContain(INCOMING_CALL);
        assertThat(states(second)).containsEntry("incoming_call", "dropped");
        alice.command("cancel", first);
    }

    @Test
    void aRingPastItsDeadlineIsNotSent() {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bob));
        settled(call, "waiting", 1);
        provider.answerAgain(token("phone-a"));
        clock.advance(Duration.ofSeconds(6));
        due.run();
        settled(call, "failed", 1);
        assertThat(provider.to(token("phone-a"))).hasSize(1);
    }

    @Test
    void whatCanBeTriedLaterIsTriedLater() {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.call(bob);
        settled(call, "waiting", 1);
        due.run();
        assertThat(provider.to(token("phone-a"))).hasSize(1);
        provider.answerAgain(token("phone-a"));
        clock.advance(Duration.ofMillis(1_300));
        due.run();
        settled(call, "sent", 1);
        assertThat(provider.to(token("phone-a")).stream().map(Push::id).distinct()).hasSize(1);
    }

    @Test
    void aDelayLongerThanTheRingEndsTheCall() {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.TryLater("QUOTA_EXCEEDED", Duration.ofMinutes(1)));
        var call = alice.call(bob);
        settled(call, "failed", 1);
        await().until(() -> alice.read(call).get("reason").asString().equals("unreachable"));
    }

    @Test
    void aDeadTokenGoesAndTheDeviceIsRungByItsOther() {
        device("iphone", "ios", "iphone-voip");
        device("iphone", "ios-alert", "iphone-alert");
        provider.answer(token("iphone-voip"), new Outcome.DeadToken("Unregistered", null));
        var call = alice.call(bob);
        settled(call, "sent", 1);
        assertThat(provider.typesTo(token("iphone-alert"))).containsExactly(INCOMING_CALL);
        assertThat(provider.to(token("iphone-alert")).getFirst().id())
                .isEqualTo(provider.to(token("iphone-voip")).getFirst().id());
        assertThat(hasToken("iphone-voip")).isFalse();
        assertThat(hasToken("iphone-alert")).isTrue();
    }

    @Test
    void aDeadTokenOfACallThatIsOverIsNotFollowedByTheOther() {
        device("iphone", "ios", "iphone-voip");
        device("iphone", "ios-alert", "iphone-alert");
        var answers = provider.hang(token("iphone-voip"), new Outcome.DeadToken("Unregistered", null));
        var over = alice.call(bob);
        awaitPushes("iphone-voip", 1);
        alice.command("cancel", over).mustBe(200);
        answers.countDown();
        await().untilAsserted(() -> assertThat(states(over)).containsEntry("call_missed", "sent"));
        var next = alice.call(bob);
        await().untilAsserted(() -> assertThat(provider.to(token("iphone-alert"))).anySatisfy(
                push -> assertThat(push.notice().call().callId()).hasToString(id(next))));
        assertThat(provider.typesTo(token("iphone-alert"))).containsExactly(CALL_CANCELLED, CALL_MISSED, INCOMING_CALL);
    }

    @Test
    void aRingThatWasTakenBackBeforeItCameToBeSentStaysUnsent() {
        device("phone", "android", "phone-a");
        onTold.once(
                ring -> alice.post("/api/call/cancel", "{\"call_id\":\"%s\"}".formatted(ring.callId())).mustBe(200));
        var over = alice.call(bob);
        await().untilAsserted(() -> assertThat(states(over)).containsEntry("call_missed", "sent"));
        var next = alice.call(bob);
        await().untilAsserted(() -> assertThat(provider.to(token("phone-a"))).anySatisfy(
                push -> assertThat(push.notice().call().callId()).hasToString(id(next))));
        assertThat(provider.typesTo(token("phone-a"))).endsWith(INCOMING_CALL).containsOnlyOnce(INCOMING_CALL);
    }

    @Test
    void whatLooksLikeWrongCredentialsRemovesNoTokens() {
        // a minute in which nothing was sent
        clock.advance(Duration.ofMinutes(2));
        double removed = removedTokens("removed");
        for (int i = 0; i < 30; i++) {
            device("device-" + i, "android", "phone-" + i);
            provider.answer(token("phone-" + i), new Outcome.DeadToken("SENDER_ID_MISMATCH", null));
        }
        var call = alice.call(bob);
        await().untilAsserted(() -> assertThat(states(call)).containsEntry("incoming_call", "failed"));
        await().untilAsserted(() -> assertThat(removedTokens("kept")).isGreaterThanOrEqualTo(11));
        assertThat(removedTokens("removed") - removed).isEqualTo(19);
        assertThat(tokens()).isEqualTo(11);
        // what tells them of its end finds them dead, too, and is not to count for later tests
        await().untilAsserted(() -> assertThat(states(call)).containsEntry("call_missed", "failed"));
        clock.advance(Duration.ofMinutes(2));
    }

    @Test
    void aTokenThatWasRegisteredAfterItDiedStays() {
        device("iphone", "ios", "iphone-voip");
        provider.answer(token("iphone-voip"),
                new Outcome.DeadToken("Unregistered", clock.instant().minus(Duration.ofDays(1))));
        settled(alice.call(bob), "failed", 1);
        assertThat(hasToken("iphone-voip")).isTrue();
    }

    @Test
    void aRefusedPushKeepsItsToken() {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.Refused("THIRD_PARTY_AUTH_ERROR"));
        var call = alice.call(bob);
        await().untilAsserted(() -> assertThat(states(call)).containsEntry("incoming_call", "failed"));
        assertThat(hasToken("phone-a")).isTrue();
    }

    @Test
    void whatADeadNodeHadInHandIsSentOnceByTheOthers() throws Exception {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.call(bob);
        settled(call, "waiting", 1);
        provider.answerAgain(token("phone-a"));
        // as a node leaves it that was killed after the commit
        jdbc.sql("update delivery set state = 'SENDING', due_at = :lease where call_id = :id")
                .param("lease", Timestamp.from(clock.instant().plus(PushPlanner.LEASE)))
                .param("id", UUID.fromString(id(call)))
                .update();
        due.run();
        assertThat(provider.to(token("phone-a"))).hasSize(1);
        clock.advance(PushPlanner.LEASE);
        inParallel(8, () -> due.runBatch());
        settled(call, "sent", 1);
        assertThat(provider.to(token("phone-a"))).hasSize(2);
    }

    @Test
    void whatADeadNodeMayHaveSentIsStoppedThoughItIsTooLateToBeSentAgain() {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.call(bob);
        settled(call, "waiting", 1);
        provider.answerAgain(token("phone-a"));
        // as a node leaves it that was killed after the commit, and nobody has looked at it since
        jdbc.sql(
                "update delivery set state = 'SENDING', attempts = 0, due_at = :now, expires_at = :now where call_id = :id")
                .param("now", Timestamp.from(clock.instant()))
                .param("id", UUID.fromString(id(call)))
                .update();
        due.run();
        assertThat(states(call)).containsEntry("incoming_call", "failed");
        alice.command("cancel", call).mustBe(200);
        await().untilAsserted(() -> assertThat(states(call)).containsEntry("call_cancelled", "sent"));
    }

    @Test
    void whatThisNodeHasInHandKeepsItsLease() {
        device("iphone", "ios-alert", "iphone-alert");
        var latch = provider.hang(token("iphone-alert"));
        var call = alice.call(bob);
        awaitPushes("iphone-alert", 1);
        clock.advance(Duration.ofSeconds(4));
        courier.renewLeases();
        clock.advance(Duration.ofSeconds(4));
        due.run();
        assertThat(provider.to(token("iphone-alert"))).hasSize(1);
        assertThat(jdbc.sql("select due_at from delivery where call_id = :id")
                .param("id", UUID.fromString(id(call)))
                .query((row, _) -> row.getTimestamp("due_at").toInstant())
                .single()).isEqualTo(clock.instant().plusSeconds(1));
        latch.countDown();
        settled(call, "sent", 1);
    }

    @Test
    void aRingWhoseLastTokenIsGoneEndsTheCall() {
        device("phone", "android", "phone-a");
        provider.answer(token("phone-a"), new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.call(bob);
        settled(call, "waiting", 1);
        jdbc.sql("delete from push_token where token = :token").param("token", token("phone-a")).update();
        clock.advance(Duration.ofMillis(1_300));
        due.run();
        await().until(() -> alice.read(call).get("reason").asString("").equals("unreachable"));
        assertThat(states(call)).containsEntry("incoming_call", "failed");
    }

    @Test
    void aSlowProviderIsGivenUpAndDelaysNoOtherChannel() {
        device("phone", "android", "phone-a");
        device("iphone", "ios-alert", "iphone-alert");
        var latch = provider.hang(token("phone-a"));
        var call = alice.call(bob);
        awaitPushes("iphone-alert", 1);
        await().untilAsserted(() -> assertThat(codes(call)).contains("timeout"));
        latch.countDown();
    }

    @Test
    void aCallThatReachesNobodyEndsSoonAndTheCallerIsTold() throws Exception {
        try (var caller = StompUser.connected(port, "alice-" + USERS.get())) {
            var call = alice.call(bob);
            assertThat(call.get("state").asString()).isEqualTo("ringing");
            var told = caller.next("call_cancelled");
            assertThat(told.get("reason").asString()).isEqualTo("unreachable");
            assertThat(told.get("call_id").asString()).isEqualTo(id(call));
            assertThat(alice.read(call).get("state").asString()).isEqualTo("cancelled");
            assertThat(alice.read(call).get("invitations").get(0).get("state").asString()).isEqualTo("missed");
        }
    }

    /// As after the restart of the user's node.
    @Test
    void whoComesBackInAMomentIsRung() throws Exception {
        // the first socket of a JVM loads the client's classes, which takes longer than a moment
        StompUser.connected(port, "early-" + bob).close();
        var call = alice.call(bob);
        try (var socket = StompUser.connected(port, bob, "browser")) {
            assertThat(socket.next("incoming_call").get("call_id").asString()).isEqualTo(id(call));
            Api.user(port, bob).command("accept", call).mustBe(200);
        }
    }

    @Test
    void aCallThatReachesNobodyEndsThoughTheDatabaseFailsWhoeverFoundThatOut() {
        hiccup.next(2);
        var call = alice.call(bob);
        await().until(() -> alice.read(call).get("reason").asString("").equals("unreachable"));
        assertThat(hiccup.isOver()).isTrue();
    }

    @Test
    void whatHappenedStandsThoughNobodyCanBeTold() {
        device("phone", "android", "phone-a");
        var callId = UUID.fromString(id(alice.call(bob)));
        var event = new CallEvent(calls.all(List.of(callId)).getFirst(), new CallEvent.Change.Acknowledged(bob), false);
        var deaf = new Sockets() {
            @Override
            public int open() {
                return 1;
            }

            @Override
            public String kind() {
                return "held";
            }

            private int asked;

            @Override
            public int tell(Notice notice) {
                asked++;
                throw new IllegalStateException("test");
            }

            @Override
            public boolean reach(String userId) {
                return false;
            }

            @Override
            public Set<String> devicesOf(String userId) {
                return Set.of();
            }
        };
        new Dispatcher(new ConnectedSockets(List.of(deaf), (OtherNodes) null), pushing, reachability, calls, events,
                Spans.OFF,
                clock)
                .happened(event);
        assertThat(deaf.asked).isOne();
    }

    @Test
    void aCallRingsOnWhileOneOfItsUsersMayBeReached() {
        var carol = "carol-" + bob;
        deviceOf(carol, "phone", "android", carol);
        provider.answer(carol, new Outcome.TryLater("UNAVAILABLE", null));
        var call = alice.initiate("{\"called_ids\":[\"%s\",\"%s\"]}".formatted(bob, carol));
        settled(call, "waiting", 1);
        assertThat(alice.read(call).get("state").asString()).isEqualTo("ringing");
        provider.answer(carol, new Outcome.Refused("401"));
        clock.advance(Duration.ofMillis(1_300));
        due.run();
        await().until(() -> alice.read(call).get("reason").asString("").equals("unreachable"));
    }

    @Test
    void whoIsRungOnceMoreIsRungAnewAndTheOldRingIsClosed() {
        device("phone", "android", "phone-a");
        var call = alice.call(bob);
        settled(call, "sent", 1);
        clock.advance(Duration.ofMillis(1));
        alice.command("invite", call, ",\"user_ids\":[\"" + bob + "\"]").mustBe(200);
        settled(call, "sent", 2);
        assertThat(provider.typesTo(token("phone-a"))).containsExactly(INCOMING_CALL, INCOMING_CALL);
        clock.advance(Duration.ofSeconds(4));
        due.run();
        awaitPushes("phone-a", 3);
        assertThat(provider.to(token("phone-a")).stream().map(Push::id).distinct()).hasSize(2);
    }

    @Test
    void anIgnoredDeviceIsNotPushedAgain() {
        device("phone", "android", "phone-a");
        device("tablet", "android", "tablet-a");
        var call = alice.call(bob);
        settled(call, "sent", 2);
        Api.user(port, bob).command("ignore", call, ",\"device_id\":\"phone\"").mustBe(204);
        clock.advance(Duration.ofSeconds(4));
        due.run();
        awaitPushes("tablet-a", 2);
        assertThat(provider.to(token("phone-a"))).hasSize(1);
    }

    private static String id(JsonNode call) {
        return call.get("call_id").asString();
    }

    /// The stand-in's tokens are the test's own: the tests share one database.
    private String token(String name) {
        return bob + "-" + name;
    }

    private void device(String deviceId, String platform, String name) {
        deviceOf(bob, deviceId, platform, token(name));
    }

    private void deviceOf(String userId, String deviceId, String platform, String token) {
        jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, environment, registered_at, used_at)
                values (:user, :device, :platform, :token, 'PRODUCTION', :now, :now)""")
                .param("user", userId)
                .param("device", deviceId)
                .param("platform", platform)
                .param("token", token)
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private double removedTokens(String what) {
        var counter = metrics.find("ringback.push.tokens." + what).tag("channel", "phones").counter();
        return counter == null ? 0 : counter.count();
    }

    private int tokens() {
        return jdbc.sql("select count(*) from push_token where user_id = :user")
                .param("user", bob)
                .query(Integer.class)
                .single();
    }

    private boolean hasToken(String name) {
        return jdbc.sql("select exists (select from push_token where token = :token)")
                .param("token", token(name))
                .query(Boolean.class)
                .single();
    }

    private void awaitPushes(String name, int count) {
        await().untilAsserted(() -> assertThat(provider.to(token(name))).hasSize(count));
    }

    private void awaitPushesWritten(JsonNode call, int count) {
        await().untilAsserted(() -> assertThat(jdbc.sql("select pushes from delivery where call_id = :id")
                .param("id", UUID.fromString(id(call)))
                .query(Integer.class)
                .single()).isEqualTo(count));
    }

    /// Waits until so many deliveries of the call are in this state, and what they were asked for is written down.
    private void settled(JsonNode call, String state, int count) {
        await().untilAsserted(() -> assertThat(jdbc
                .sql("select count(*) from delivery where call_id = :id and lower(state) = :state")
                .param("id", UUID.fromString(id(call)))
                .param("state", state)
                .query(Integer.class)
                .single()).isEqualTo(count));
    }

    private Map<String, String> states(JsonNode call) {
        return jdbc.sql("select lower(type), lower(state) from delivery where call_id = :id")
                .param("id", UUID.fromString(id(call)))
                .query((row, _) -> Map.entry(row.getString(1), row.getString(2)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue,
                        (one, other) -> one.equals(other) ? one : "several"));
    }

    private List<String> codes(JsonNode call) {
        return jdbc.sql("select code from delivery_attempt where call_id = :id and code is not null")
                .param("id", UUID.fromString(id(call)))
                .query((row, _) -> row.getString("code"))
                .list();
    }

    private int acknowledged(JsonNode call) {
        return jdbc.sql("select count(*) from delivery where call_id = :id and acknowledged_at is not null")
                .param("id", UUID.fromString(id(call)))
                .query(Integer.class)
                .single();
    }

    private static void inParallel(int threads, Callable<?> task) throws InterruptedException {
        try (var pool = Executors.newFixedThreadPool(threads)) {
            pool.invokeAll(Collections.nCopies(threads, task));
        }
    }
}
