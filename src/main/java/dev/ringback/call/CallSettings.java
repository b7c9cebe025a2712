package dev.ringback.call;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The life of a call.
///
/// @param ringTimeout how long a call rings when the caller does not say (5 s to 180 s)
/// @param redialWindow how long the room of an unanswered call is kept for another try by the same caller to the same
///        users
/// @param busy what happens to a called user who is in an accepted call: `ring` (call waiting) or `reject`
/// @param tokenDelivery when a called user gets the room token, if the caller does not say: `on_accept` or `embedded` (in
///        the ring itself, where every push service on the way can keep it)
/// @param failFast whether a call is cancelled after three seconds (reason `unreachable`) when no called user has an open
///        socket or a device that can be reached; else it rings until its deadline
/// @param maxLength after how long an accepted call ends by itself
/// @param retention how long a finished call stays in the history
@ConfigurationProperties("ringback.call")
record CallSettings(@DefaultValue("45s") Duration ringTimeout, @DefaultValue("60s") Duration redialWindow,
        @DefaultValue("ring") BusyPolicy busy, @DefaultValue("on_accept") TokenDelivery tokenDelivery,
        @DefaultValue("true") boolean failFast, @DefaultValue("12h") Duration maxLength,
        @DefaultValue("30d") Duration retention) {
    static final int MIN_RING_SECONDS = 5;
    static final int MAX_RING_SECONDS = 180;

    CallSettings {
        if (ringTimeout.toSeconds() < MIN_RING_SECONDS || ringTimeout.toSeconds() > MAX_RING_SECONDS) {
            throw new IllegalArgumentException("ringback.call.ring-timeout must be from 5s to 180s");
        }
        mustBePositive("max-length", maxLength);
        mustBePositive("retention", retention);
        if (redialWindow.isNegative()) {
            throw new IllegalArgumentException("ringback.call.redial-window must not be negative");
        }
    }

    private static void mustBePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("ringback.call." + name + " must be longer than nothing");
        }
    }
}
