package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Deliveries.Settled;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import dev.ringback.telemetry.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTests {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final PushToken TOKEN = new PushToken(1, "bob", "phone", Platform.ANDROID, "token", null, null,
            Environment.PRODUCTION, NOW);

    private final Verdict verdict = new Verdict(Duration.ofSeconds(4), RandomGenerator.getDefault());

    @ParameterizedTest
    @CsvSource({"0,45,true", "1,45,true", "2,45,false", "0,10,true", "0,9,false", "0,3,false"})
    void aRingIsRepeatedTwiceButNotInItsLastFiveSeconds(int pushes, int secondsLeft, boolean repeated) {
        var settled = on(ring(0, pushes, secondsLeft), new Outcome.Delivered("id"), false);
        assertThat(settled.state()).isEqualTo(State.SENT);
        assertThat(settled.pushed()).isTrue();
        assertThat(settled.dueAt()).isEqualTo(repeated ? NOW.plusSeconds(4) : null);
    }

    @Test
    void aStopIsNotRepeated() {
        var stop = delivery(NoticeType.CALL_CANCELLED, 0, 0, 120);
        assertThat(on(stop, new Outcome.Delivered(null), false).dueAt()).isNull();
    }

    @RepeatedTest(20)
    void retriesBackOffWithJitter() {
        for (int attempts = 0; attempts < 4; attempts++) {
            var due = on(ring(attempts, 0, 180), new Outcome.TryLater("503", null), false).dueAt();
            var delay = Duration.between(NOW, due).toMillis();
            var step = 1000L << attempts;
            assertThat(delay).isBetween(step * 3 / 4, step * 5 / 4);
        }
    }

    @Test
    void theProvidersOwnDelayIsKept() {
        var later = new Outcome.TryLater("429", Duration.ofSeconds(7));
        assertThat(on(ring(0, 0, 45), later, false).dueAt()).isEqualTo(NOW.plusSeconds(7));
    }

    @Test
    void aRetryAfterTheDeadlineIsNone() {
        var later = new Outcome.TryLater("429", Duration.ofSeconds(60));
        var settled = on(ring(0, 0, 45), later, false);
        assertThat(settled.state()).isEqualTo(State.FAILED);
        assertThat(settled.dueAt()).isNull();
        assertThat(settled.code()).isEqualTo("429");
    }

    @Test
    void aFailedRepeatDoesNotUndoThePush() {
        assertThat(on(ring(1, 1, 45), new Outcome.Refused("403"), false).state()).isEqualTo(State.SENT);
    }

    @Test
    void theNextTokenIsTriedUnderTheSameLease() {
        var settled = on(ring(0, 0, 45), new Outcome.DeadToken("Unregistered", null), true);
        assertThat(settled.state()).isEqualTo(State.SENDING);
        assertThat(settled.dueAt()).isEqualTo(NOW.plus(PushPlanner.LEASE));
    }

    @Test
    void withoutAnotherTokenItHasFailed() {
        assertThat(on(ring(0, 0, 45), new Outcome.DeadToken("410", null), false).state()).isEqualTo(State.FAILED);
        assertThat(on(ring(0, 0, 45), new Outcome.Refused("401"), false).state()).isEqualTo(State.FAILED);
    }

    @Test
    void aBlockedProviderWasNotAsked() {
        var settled = verdict.on(ring(0, 0, 45), new Lane.Result.Blocked(Duration.ofSeconds(1)), false, NOW)
                .orElseThrow();
        assertThat(settled.asked()).isFalse();
        assertThat(settled.state()).isEqualTo(State.WAITING);
        assertThat(settled.dueAt()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void whatNobodyHearsIsTriedAFewTimesMore() {
        for (int attempts = 0; attempts < 3; attempts++) {
            assertThat(on(ring(attempts, 0, 45), new Outcome.Unheard("nobody"), false).state())
                    .isEqualTo(State.WAITING);
        }
        var last = on(ring(3, 0, 45), new Outcome.Unheard("nobody"), false);
        assertThat(last.state()).isEqualTo(State.FAILED);
        assertThat(last.code()).isEqualTo("nobody");
        assertThat(last.dueAt()).isNull();
    }

    @Test
    void whatWasWithdrawnNeedsNoWord() {
        assertThat(verdict.on(ring(0, 0, 45), new Lane.Result.Withdrawn(), false, NOW)).isEmpty();
    }

    private Settled on(Delivery delivery, Outcome outcome, boolean hasNextToken) {
        var job = Job.of(new Planned(delivery, Pushes.ring(TOKEN).notice(), State.SENDING, null, NOW,
                Address.of(List.of(TOKEN))), Origin.NOWHERE);
        var attempt = new Attempt(job, new Address.Token(TOKEN), "test", outcome, NOW, Duration.ofMillis(3));
        return verdict.on(delivery, new Lane.Result.Asked(attempt), hasNextToken, NOW).orElseThrow();
    }

    private static Delivery ring(int attempts, int pushes, int secondsLeft) {
        return delivery(NoticeType.INCOMING_CALL, attempts, pushes, secondsLeft);
    }

    private static Delivery delivery(NoticeType type, int attempts, int pushes, int secondsLeft) {
        return new Delivery(UUID.randomUUID(), UUID.randomUUID(), "bob", "phone", null, type, null, attempts, pushes,
                Deliveries.FIRST_LEASE, NOW,
                NOW.plusSeconds(secondsLeft));
    }
}
