package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.support.SettableClock;
import dev.ringback.web.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTests {
    private static final RateLimitSettings SETTINGS = new RateLimitSettings(true, 6, 3, 4, 2, 50, 100);

    private final SettableClock clock = new SettableClock();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Buckets buckets = new Buckets(SETTINGS, (SharedBuckets) null, clock);
    private final RateLimits limits = new RateLimits(SETTINGS, buckets, metrics);

    @Test
    void aUserStartsSoManyCallsInAMinute() {
        for (int i = 0; i < 6; i++) {
            call("alice", "user-" + i);
        }
        refused("alice", "bob");
        call("carol", "bob");
        clock.advance(Duration.ofSeconds(9));
        refused("alice", "bob");
        clock.advance(Duration.ofSeconds(1));
        call("alice", "bob");
        refused("alice", "bob");
    }

    @Test
    void aUserRingsOneOtherSoManyTimesInAMinute() {
        for (int i = 0; i < 3; i++) {
            call("alice", "bob");
        }
        refused("alice", "bob");
        // the way back is another pair
        call("bob", "alice");
        clock.advance(Duration.ofSeconds(20));
        call("alice", "bob");
    }

    @Test
    void aUserIsRungSoManyTimesInAMinuteHoweverManyCallersThereAre() {
        for (int i = 0; i < 4; i++) {
            call("caller-" + i, "victim");
        }
        refused("caller-5", "victim");
        clock.advance(Duration.ofSeconds(15));
        call("caller-5", "victim");
    }

    @Test
    void aGroupCallCountsOnceForItsCallerAndForEachCalledUser() {
        limits.initiate(user("alice"), "alice", List.of("b", "c", "d", "e", "f", "g", "h"));
        limits.initiate(user("alice"), "alice", List.of("b", "c"));
        limits.initiate(user("alice"), "alice", List.of("b"));
        refused("alice", "b");
        call("alice", "c");
        refused("alice", "c");
        call("alice", "d");
    }

    @Test
    void whatIsRefusedByOneLimitTakesNothingFromTheOthers() {
        for (int i = 0; i < 3; i++) {
            call("alice", "bob");
        }
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> limits.initiate(user("alice"), "alice", List.of("carol", "bob")))
                    .isInstanceOf(ProblemException.class);
        }
        for (int i = 0; i < 3; i++) {
            call("alice", "carol");
        }
    }

    @Test
    void anInvitationCountsForThePairAndTheInvitedUserOnly() {
        for (int i = 0; i < 3; i++) {
            limits.invite(user("alice"), "alice", List.of("bob"));
        }
        assertThatThrownBy(() -> limits.invite(user("alice"), "alice", List.of("bob")))
                .isInstanceOf(ProblemException.class);
        for (int i = 0; i < 6; i++) {
            call("alice", "user-" + i);
        }
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        for (int i = 0; i < 20; i++) {
            limits.initiate(user("alice"), "alice", List.of("bob")).giveBack();
        }
        call("alice", "bob");
    }

    @Test
    void theOperatorsBackendIsNotLimited() {
        var backend = new Requester("backend", null, true);
        for (int i = 0; i < 20; i++) {
            limits.initiate(backend, "alice", List.of("bob"));
            limits.invite(backend, "alice", List.of("bob"));
        }
        call("alice", "bob");
    }

    @ParameterizedTest
    @CsvSource({"0, 20", "500, 20", "1500, 19", "19999, 1"})
    void aRefusalSaysInHowManySecondsThereIsAToken(long later, long seconds) {
        for (int i = 0; i < 3; i++) {
            call("alice", "bob");
        }
        clock.advance(Duration.ofMillis(later));
        assertThatThrownBy(() -> limits.initiate(user("alice"), "alice", List.of("bob")))
                .isInstanceOfSatisfying(ProblemException.class,
                        refusal -> assertThat(refusal).extracting("retryAfter").isEqualTo(Duration.ofSeconds(seconds)));
        clock.advance(Duration.ofSeconds(seconds));
        call("alice", "bob");
        assertThat(metrics.get("ringback.rate.limited").tag("limit", "initiates_per_pair").counter().count()).isOne();
    }

    @Test
    void nobodyGetsMoreByAskingInParallel() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var passed = threads.invokeAll(IntStream.range(0, 200)
                    .mapToObj(i -> (Callable<Boolean>) () -> passes("caller-" + i, "victim"))
                    .toList());
            int count = 0;
            for (var answer : passed) {
                count += answer.get() ? 1 : 0;
            }
            assertThat(count).isEqualTo(4);
        }
    }

    @Test
    void keysAreBoundedAndForgotten() {
        for (int i = 0; i < Buckets.MOST_KEYS + 5_000; i++) {
            limits.takeAnonymous("address-" + i);
        }
        assertThat(buckets.known(Limit.ANONYMOUS_PER_ADDRESS)).isLessThanOrEqualTo(Buckets.MOST_KEYS);
        clock.advance(Buckets.PERIOD.plusSeconds(1));
        assertThat(buckets.known(Limit.ANONYMOUS_PER_ADDRESS)).isZero();
    }

    @Test
    void aLookDoesNotCount() {
        for (int i = 0; i < 20; i++) {
            limits.mayBeAnonymous("192.0.2.1");
        }
        assertThat(limits.takeAnonymous("192.0.2.1")).isTrue();
        assertThat(limits.takeAnonymous("192.0.2.1")).isTrue();
        assertThat(limits.takeAnonymous("192.0.2.1")).isFalse();
        assertThatThrownBy(() -> limits.mayBeAnonymous("192.0.2.1")).isInstanceOf(ProblemException.class);
        limits.mayBeAnonymous("192.0.2.2");
    }

    @Test
    void switchedOffNothingIsLimited() {
        var off = new RateLimitSettings(false, 1, 1, 1, 1, 1, 1);
        var none = new RateLimits(off, new Buckets(off, (SharedBuckets) null, clock), metrics);
        for (int i = 0; i < 20; i++) {
            none.initiate(user("alice"), "alice", List.of("bob"));
            none.invite(user("alice"), "alice", List.of("bob"));
            none.mayBeAnonymous("192.0.2.1");
            assertThat(none.takeAnonymous("192.0.2.1")).isTrue();
        }
        assertThat(none.socketsPerUser()).isEqualTo(Integer.MAX_VALUE);
        assertThat(none.waitingSocketsPerAddress()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aLimitOfNothingIsNoLimit() {
        assertThatThrownBy(() -> new RateLimitSettings(true, 30, 0, 60, 60, 50, 100))
                .hasMessageContaining("ringback.rate-limit.initiates-per-pair");
    }

    private void call(String caller, String called) {
        limits.initiate(user(caller), caller, List.of(called));
    }

    private void refused(String caller, String called) {
        assertThat(passes(caller, called)).isFalse();
    }

    private boolean passes(String caller, String called) {
        try {
            call(caller, called);
            return true;
        } catch (ProblemException refusal) {
            assertThat(refusal).hasMessage("Too many requests.");
            return false;
        }
    }

    private static Requester user(String userId) {
        return new Requester(userId, null, false);
    }
}
