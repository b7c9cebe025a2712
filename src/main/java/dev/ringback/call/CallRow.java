package dev.ringback.call;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call as it stands in its row, without its invitations.
///
/// @param version counts the changes, from 0
/// @param ringTimeout in seconds; also the ring of somebody who is invited later
/// @param endsAt when an accepted call has reached its maximum length
/// @param dueAt when the sweeper has to look at the call next; null once it is over
record CallRow(UUID id, int version, CallState state, @Nullable Reason reason, @Nullable String reasonText,
        CallType callType, TokenDelivery tokenDelivery, String callerId, String callerName, @Nullable String roomId,
        @Nullable String custom, boolean glare, int ringTimeout, Instant createdAt, Instant changedAt,
        Instant expiresAt, @Nullable Instant answeredAt, @Nullable Instant endsAt, @Nullable Instant endedAt,
        @Nullable Instant dueAt) {}
