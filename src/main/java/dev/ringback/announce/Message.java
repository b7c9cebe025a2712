package dev.ringback.announce;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An event for one endpoint that this node has in hand.
///
/// @param attempts how often it was tried, this time included
/// @param lease the number of the lease under which it is in hand
record Message(long id, UUID eventId, String endpoint, String type, @Nullable UUID callId, String body, int attempts,
        int lease, Instant giveUpAt) {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int DOUBLINGS = 20;

    /// An event that was not written yet.
    ///
    /// @param endpoint the endpoint's id
    record New(UUID eventId, String endpoint, EventType type, @Nullable UUID callId, String body) {}

    /// The `webhook-id` header: the same for each attempt, and for each endpoint.
    String webhookId() {
        return "msg_" + eventId;
    }

    /// When it is tried again after an attempt that failed now, the last time when it is to be given up; null when it is given
    /// up. Pauses double from 5 s to an hour.
    ///
    /// @param jitter from 0 to 1: the pause is up to a fifth shorter, so that what failed together does not come back together
    @Nullable
    Instant again(Instant now, double jitter) {
        if (!now.isBefore(giveUpAt)) {
            return null;
        }
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS));
        var bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        var next = now.plusMillis(Math.round(bounded.toMillis() * (1 - jitter / 5)));
        return next.isBefore(giveUpAt) ? next : giveUpAt;
    }
}
