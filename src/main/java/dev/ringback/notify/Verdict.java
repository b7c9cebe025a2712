package dev.ringback.notify;

import dev.ringback.notify.Deliveries.Settled;
import dev.ringback.notify.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What is to become of a delivery after an attempt: over, again later, or once more as insurance.
final class Verdict {
    /// The first push and two repeats.
    static final int MAX_PUSHES = 3;
    /// A ring this close to its end is not worth beginning.
    static final Duration LAST_REPEAT_BEFORE_END = Duration.ofSeconds(5);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    private static final int MAX_DOUBLINGS = 9;
    /// Some seven seconds: after a broker's restart its clients come back later than we do, and so does an app that a push has
    /// woken.
    private static final int MOST_UNHEARD = 3;
    private static final double JITTER = 0.25;

    private final @Nullable Duration repeatAfter;
    private final RandomGenerator random;

    /// @param repeatAfter when a ring that was pushed is pushed once more; null when nobody would say that it rings
    Verdict(@Nullable Duration repeatAfter, RandomGenerator random) {
        this.repeatAfter = repeatAfter;
        this.random = random;
    }

    /// Judges one result.
    ///
    /// @param hasNextToken whether the device has another token that was not tried
    /// @return empty when there is nothing to write: whoever withdrew it has done so, whoever has its lease will
    Optional<Settled> on(Delivery delivery, Lane.Result result, boolean hasNextToken, Instant now) {
        return switch (result) {
            case Lane.Result.Withdrawn _,Lane.Result.LeaseLost _ -> Optional.empty();
            case Lane.Result.TooLate _ -> Optional.of(over(delivery, "too_late", false));
            case Lane.Result.Blocked(var after) ->
                Optional.of(again(delivery, "circuit_open", false, now.plus(longer(halfItsAge(delivery, now), after))));
            case Lane.Result.Asked(var attempt) -> Optional.of(asked(delivery, attempt.outcome(), hasNextToken, now));
        };
    }

    private Settled asked(Delivery delivery, Outcome outcome, boolean hasNextToken, Instant now) {
        return switch (outcome) {
            case Outcome.Delivered _ ->
                new Settled(delivery.id(), delivery.lease(), State.SENT, null, true, true, repeatAt(delivery, now));
            case Outcome.DeadToken(var code, _) -> unreached(delivery, code, hasNextToken, now);
            case Outcome.Refused(var code) -> unreached(delivery, code, hasNextToken, now);
            case Outcome.Unheard(var code) -> delivery.attempts() < MOST_UNHEARD
                    ? again(delivery, code, true, now.plus(backOff(delivery.attempts())))
                    : over(delivery, code, true);
            case Outcome.TryLater(var code, var after) ->
                again(delivery, code, true, now.plus(longer(backOff(delivery.attempts()), after)));
        };
    }

    private static Settled unreached(Delivery delivery, String code, boolean hasNextToken, Instant now) {
        return hasNextToken
                ? new Settled(delivery.id(), delivery.lease(), State.SENDING, code, true, false,
                        now.plus(PushPlanner.LEASE))
                : over(delivery, code, true);
    }

    private static Settled again(Delivery delivery, String code, boolean asked, Instant at) {
        return at.isBefore(delivery.expiresAt())
                ? new Settled(delivery.id(), delivery.lease(), State.WAITING, code, asked, false, at)
                : over(delivery, code, asked);
    }

    private static Settled over(Delivery delivery, String code, boolean asked) {
        // a repeat that fails does not undo the push that was taken
        var state = delivery.pushes() > 0 ? State.SENT : State.FAILED;
        return new Settled(delivery.id(), delivery.lease(), state, code, asked, false, null);
    }

    private @Nullable Instant repeatAt(Delivery delivery, Instant now) {
        if (repeatAfter == null) {
            return null;
        }
        var at = now.plus(repeatAfter);
        return delivery.isRing() && delivery.pushes() + 1 < MAX_PUSHES && mayRepeat(delivery, at) ? at : null;
    }

    static boolean mayRepeat(Delivery delivery, Instant at) {
        return at.isBefore(delivery.expiresAt().minus(LAST_REPEAT_BEFORE_END));
    }

    /// 1 s, 2 s, 4 s, ..., each a quarter longer or shorter, so that what failed together does not come back together.
    private Duration backOff(int attempts) {
        var step = FIRST_RETRY.multipliedBy(1L << Math.min(attempts, MAX_DOUBLINGS));
        var capped = step.compareTo(LONGEST_RETRY) < 0 ? step : LONGEST_RETRY;
        return jittered(capped);
    }

    /// However long a provider is away, what waits for it comes back only a few times.
    private Duration halfItsAge(Delivery delivery, Instant now) {
        return jittered(Duration.between(delivery.createdAt(), now).dividedBy(2));
    }

    private Duration jittered(Duration delay) {
        return Duration.ofMillis((long) (delay.toMillis() * random.nextDouble(1 - JITTER, 1 + JITTER)));
    }

    private static Duration longer(Duration one, @Nullable Duration other) {
        return other == null || one.compareTo(other) > 0 ? one : other;
    }
}
