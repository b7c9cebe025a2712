package dev.ringback.notify;

import java.time.Duration;
import java.time.Instant;

/// One try to send a delivery to one address, and how it ended.
///
/// @param job what was sent
/// @param at when it began
record Attempt(Job job, Address to, String channel, Outcome outcome, Instant at, Duration took) {

    /// Whether a ring was taken that none had taken before.
    boolean isFirstRing() {
        return outcome instanceof Outcome.Delivered && job.delivery().isFirstRing();
    }
}
