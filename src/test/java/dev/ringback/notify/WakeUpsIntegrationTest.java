package dev.ringback.notify;

import static dev.ringback.notify.NoticeType.CALL_ANSWERED_ELSEWHERE;
import static dev.ringback.notify.NoticeType.CALL_CANCELLED;
import static dev.ringback.notify.NoticeType.INCOMING_CALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.ForeignEnd.How;
import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// Rings for calls that another platform keeps, through PostgreSQL.
@PushDriven
class WakeUpsIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();
    private static final Duration RING = Duration.ofSeconds(30);

    @LocalServerPort
    private int port;
    @Autowired
    private PushDriven.Provider provider;
    @Autowired
    private WakeUps wakeUps;
    @Autowired
    private DeliveryLog log;
    @Autowired
    private DueDeliveries due;
    @Autowired
    private TransactionTemplate transaction;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    private String bob;
    private ForeignCall call;

    @BeforeEach
    void newUserAndCall() {
        int n = USERS.incrementAndGet();
        bob = "woken-bob-" + n;
        call = new ForeignCall("acme", "call-" + n);
    }

    @Test
    void everyDeviceIsToldThePlatformsMembersAndNothingElse() {
        device(bob, "phone", "android");
        device(bob, "iphone", "ios");
        device(bob, "iphone", "ios-alert");
        ring();
        settled("INCOMING_CALL", "SENT", 2);
        for (var platform : List.of("android", "ios")) {
            var push = provider.to(token(bob, platform)).getFirst();
            assertThat(push.body().texts(4096)).isEqualTo(members());
            assertThat(push.timeLeft()).isEqualTo(RING);
            assertThat(push.actionToken()).isNull();
            assertThat(push.notice().call().callId()).isEqualTo(call.callId());
            assertThat(Wording.of(push.notice())).isEqualTo(new Wording("Ann", "Incoming call"));
        }
        assertThat(provider.to(token(bob, "ios-alert"))).isEmpty();
    }

    @Test
    void aRingThatWasTakenIsNotRepeatedSinceNobodySaysThatItRings() {
        device(bob, "phone", "android");
        ring();
        settled("INCOMING_CALL", "SENT", 1);
        clock.advance(Duration.ofSeconds(10));
        due.run();
        assertThat(provider.to(token(bob, "android"))).hasSize(1);
        assertThat(jdbc.sql("select count(*) from delivery where call_id = :call and due_at is not null")
                .param("call", call.callId())
                .query(Integer.class)
                .single()).isZero();
    }

    @Test
    void whatCanBeTriedLaterIsTriedLaterInTheSameWords() {
        device(bob, "phone", "android");
        provider.answer(token(bob, "android"), new Outcome.TryLater("UNAVAILABLE", null));
        ring();
        settled("INCOMING_CALL", "WAITING", 1);
        provider.answerAgain(token(bob, "android"));
        clock.advance(Duration.ofSeconds(2));
        due.run();
        settled("INCOMING_CALL", "SENT", 1);
        var pushes = provider.to(token(bob, "android"));
        assertThat(pushes).hasSize(2);
        assertThat(pushes.stream().map(Push::id).distinct()).hasSize(1);
        assertThat(pushes.getLast().body().texts(4096)).isEqualTo(members());
        assertThat(pushes.getLast().timeLeft()).isEqualTo(RING.minusSeconds(2));
        assertThat(pushes.getLast().actionToken()).isNull();
    }

    @Test
    void whatADeadNodeHadInHandIsSentOnceByTheOthers() throws Exception {
        device(bob, "phone", "android");
        provider.answer(token(bob, "android"), new Outcome.TryLater("UNAVAILABLE", null));
        ring();
        settled("INCOMING_CALL", "WAITING", 1);
        provider.answerAgain(token(bob, "android"));
        // as a node leaves it that was killed after the commit
        jdbc.sql("update delivery set state = 'SENDING', due_at = :lease where call_id = :call")
                .param("lease", Timestamp.from(clock.instant().plus(PushPlanner.LEASE)))
                .param("call", call.callId())
                .update();
        due.run();
        assertThat(provider.to(token(bob, "android"))).hasSize(1);
        clock.advance(PushPlanner.LEASE);
        inParallel(8, () -> due.runBatch());
        settled("INCOMING_CALL", "SENT", 1);
        assertThat(provider.to(token(bob, "android"))).hasSize(2);
    }

    @Test
    void aRingPastItsDeadlineIsNotSent() {
        device(bob, "phone", "android");
        clock.advance(Duration.ofMinutes(1));
        var late = wakeUp(bob, Duration.ZERO);
        transaction.executeWithoutResult(_ -> wakeUps.ring(late, clock.instant()));
        assertThat(log.deliveriesOf(call.callId())).isEmpty();
        assertThat(wakeUps.ringsOf(call.callId())).as("the trace says that it came").hasSize(1);
    }

    @Test
    void aRetryPastTheDeadlineIsNotSent() {
        device(bob, "phone", "android");
        provider.answer(token(bob, "android"), new Outcome.TryLater("UNAVAILABLE", null));
        ring();
        settled("INCOMING_CALL", "WAITING", 1);
        provider.answerAgain(token(bob, "android"));
        clock.advance(RING);
        due.run();
        settled("INCOMING_CALL", "FAILED", 1);
        assertThat(provider.to(token(bob, "android"))).hasSize(1);
    }

    @Test
    void aStopReachesEveryDeviceThatWasRungAndNoVoipToken() {
        device(bob, "phone", "android");
        device(bob, "iphone", "ios");
        device(bob, "iphone", "ios-alert");
        ring();
        settled("INCOMING_CALL", "SENT", 2);
        stop(How.ANSWERED);
        settled("CALL_ANSWERED_ELSEWHERE", "SENT", 2);
        assertThat(provider.typesTo(token(bob, "android"))).containsExactly(INCOMING_CALL, CALL_ANSWERED_ELSEWHERE);
        assertThat(provider.typesTo(token(bob, "ios-alert"))).containsExactly(CALL_ANSWERED_ELSEWHERE);
        assertThat(provider.typesTo(token(bob, "ios"))).containsExactly(INCOMING_CALL);
        assertThat(provider.to(token(bob, "android")).getLast().body().texts(4096))
                .isEqualTo(Map.of("type", "over", "id", call.id()));
    }

    @Test
    void aStopThatFailsIsTriedAgainInTheSameWords() {
        device(bob, "phone", "android");
        ring();
        settled("INCOMING_CALL", "SENT", 1);
        provider.answer(token(bob, "android"), new Outcome.TryLater("UNAVAILABLE", null));
        stop(How.OVER);
        settled("CALL_CANCELLED", "WAITING", 1);
        provider.answerAgain(token(bob, "android"));
        clock.advance(Duration.ofSeconds(2));
        due.run();
        settled("CALL_CANCELLED", "SENT", 1);
        assertThat(provider.typesTo(token(bob, "android"))).containsExactly(INCOMING_CALL, CALL_CANCELLED,
                CALL_CANCELLED);
        assertThat(provider.to(token(bob, "android")).getLast().body().texts(4096)).containsEntry("type", "over");
    }

    @Test
    void aRingThatComesAfterTheEndOfItsCallRingsNobody() {
        device(bob, "phone", "android");
        stop(How.OVER);
        ring();
        assertThat(log.deliveriesOf(call.callId())).isEmpty();
    }

    @Test
    void aRetryAfterTheEndIsDropped() {
        device(bob, "phone", "android");
        provider.answer(token(bob, "android"), new Outcome.TryLater("UNAVAILABLE", null));
        ring();
        settled("INCOMING_CALL", "WAITING", 1);
        stop(How.OVER);
        settled("INCOMING_CALL", "DROPPED", 1);
        provider.answerAgain(token(bob, "android"));
        clock.advance(Duration.ofSeconds(2));
        due.run();
        assertThat(provider.typesTo(token(bob, "android"))).doesNotContainSequence(INCOMING_CALL, INCOMING_CALL);
    }

    @Test
    void aUserIsRungOnceForACallHoweverOftenAndFromWhereItIsAsked() throws Exception {
        device(bob, "phone", "android");
        inParallel(8, () -> ring());
        settled("INCOMING_CALL", "SENT", 1);
        assertThat(provider.to(token(bob, "android"))).hasSize(1);
    }

    @Test
    void anEndAndARingAtTheSameTimeLeaveNothingRinging() throws Exception {
        device(bob, "phone", "android");
        for (int i = 0; i < 10; i++) {
            call = new ForeignCall("acme", bob + "-race-" + i);
            inParallel(2, new AtomicInteger(), n -> n == 0 ? ring() : stop(How.OVER));
            await().untilAsserted(() -> assertThat(log.deliveriesOf(call.callId())).allSatisfy(
                    delivery -> assertThat(delivery.state()).isIn("sent", "dropped")));
            var told = log.deliveriesOf(call.callId());
            if (told.stream().anyMatch(d -> d.type().equals("incoming_call") && d.state().equals("sent"))) {
                assertThat(told).extracting(DeliveryLog.Entry::type).contains("call_cancelled");
            }
        }
    }

    @Test
    void everybodyWhoIsRungForACallIsStopped() {
        var carol = "carol-of-" + bob;
        device(bob, "phone", "android");
        device(carol, "phone", "android");
        ring();
        transaction.executeWithoutResult(_ -> wakeUps.ring(wakeUp(carol, RING), clock.instant()));
        settled("INCOMING_CALL", "SENT", 2);
        stop(How.ANSWERED);
        settled("CALL_ANSWERED_ELSEWHERE", "SENT", 2);
    }

    @Test
    void whatIsNotCommittedRingsNobody() {
        device(bob, "phone", "android");
        transaction.executeWithoutResult(status -> {
            wakeUps.ring(wakeUp(bob, RING), clock.instant());
            status.setRollbackOnly();
        });
        assertThatIllegalStateException().isThrownBy(() -> wakeUps.ring(wakeUp(bob, RING), clock.instant()));
        assertThat(provider.to(token(bob, "android"))).isEmpty();
    }

    @Test
    void theNewestCallOfTwoUsersIsTheOneThatBeganBeforeItsEnd() {
        var pair = WakeUp.pair("ann", bob);
        assertThat(pair).isEqualTo(WakeUp.pair(bob, "ann")).isNotEqualTo(WakeUp.pair("ann", "carol"));
        ring();
        var first = call;
        clock.advance(Duration.ofSeconds(10));
        call = new ForeignCall("acme", bob + "-second");
        ring();
        assertThat(wakeUps.newestBetween("acme", pair, clock.instant())).contains(call);
        assertThat(wakeUps.newestBetween("acme", pair, clock.instant().minusSeconds(5))).contains(first);
        assertThat(wakeUps.newestBetween("other", pair, clock.instant())).isEmpty();
        stop(How.OVER);
        assertThat(wakeUps.newestBetween("acme", pair, clock.instant())).contains(first);
    }

    @Test
    void whatIsForgottenLeavesNothing() {
        device(bob, "phone", "android");
        ring();
        settled("INCOMING_CALL", "SENT", 1);
        await().until(() -> !log.triesOf(call.callId()).isEmpty());
        log.deleteBefore(new UUID(-1L, -1L), 1_000);
        assertThat(log.triesOf(call.callId())).as("is not one of our own calls").hasSize(1);
        wakeUps.forgetBefore(clock.instant(), 1_000);
        assertThat(wakeUps.find(call)).isPresent();
        wakeUps.forgetBefore(clock.instant().plusSeconds(1), 1_000);
        assertThat(wakeUps.find(call)).isEmpty();
        assertThat(wakeUps.ringsOf(call.callId())).isEmpty();
        assertThat(log.deliveriesOf(call.callId())).isEmpty();
        assertThat(log.triesOf(call.callId())).isEmpty();
    }

    @Test
    void theDeliveriesOfACallOfOurOwnGoWithIt() {
        device(bob, "phone", "android");
        ring();
        var own = UUID.fromString(Api.user(port, "owner-of-" + bob).call(bob).get("call_id").asString());
        assertThat(log.deliveriesOf(own)).isNotEmpty();
        jdbc.sql("delete from call where call_id = :id").param("id", own).update();
        assertThat(log.deliveriesOf(own)).isEmpty();
        assertThat(log.deliveriesOf(call.callId())).isNotEmpty();
    }

    @Test
    void theIdIsTheSameForTheSameCallOnly() {
        assertThat(new ForeignCall("dialstack", "call_01HX").callId())
                .hasToString("74f769e3-db15-55c1-a567-038ba6a787ca")
                .isNotEqualTo(new ForeignCall("dialstack", "call_01HY").callId())
                .isNotEqualTo(new ForeignCall("cometchat", "call_01HX").callId());
    }

    private @Nullable Void ring() {
        transaction.executeWithoutResult(_ -> wakeUps.ring(wakeUp(bob, RING), clock.instant()));
        return null;
    }

    private @Nullable Void stop(How how) {
        transaction.executeWithoutResult(
                _ -> wakeUps.stop(call, new ForeignEnd(how, Map.of("type", "over", "id", call.id()))));
        return null;
    }

    private WakeUp wakeUp(String userId, Duration left) {
        var now = clock.instant();
        return new WakeUp(call, userId, "Ann", false, members(), now, now.plus(left), WakeUp.pair("ann", userId));
    }

    private Map<String, String> members() {
        return Map.of("type", "wake", "id", call.id(), "name", "Ann", "note", "");
    }

    private void device(String userId, String deviceId, String platform) {
        jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, environment, registered_at, used_at)
                values (:user, :device, :platform, :token, 'PRODUCTION', :now, :now)""")
                .param("user", userId)
                .param("device", deviceId)
                .param("platform", platform)
                .param("token", token(userId, platform))
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    private static String token(String userId, String platform) {
        return userId + "/" + platform;
    }

    private void settled(String type, String state, int deliveries) {
        await().untilAsserted(() -> assertThat(
                jdbc.sql("select state from delivery where call_id = :call and type = :type")
                        .param("call", call.callId())
                        .param("type", type)
                        .query(String.class)
                        .list())
                .hasSize(deliveries)
                .allMatch(state::equals));
    }

    private static void inParallel(int times, Callable<?> task) throws Exception {
        inParallel(times, new AtomicInteger(), _ -> {
            try {
                return task.call();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static void inParallel(int times, AtomicInteger numbers, java.util.function.IntFunction<?> task)
            throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = java.util.stream.Stream
                    .generate(() -> threads.submit(() -> task.apply(numbers.getAndIncrement())))
                    .limit(times)
                    .toList();
            for (var result : running) {
                result.get();
            }
        }
    }
}
