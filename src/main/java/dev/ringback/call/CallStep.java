package dev.ringback.call;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Something worth knowing afterwards that changed no call. Nobody decides by it.
///
/// @param userId whom it was for, where it was for somebody
/// @param took how long the room provider, or the operator's backend, needed; null where it was not asked
public record CallStep(UUID callId, Kind kind, @Nullable String userId, @Nullable Duration took) {

    /// What it was.
    public enum Kind {
        /// The operator's backend lets the call ring.
        PERMITTED,
        /// It gave no usable answer, and the call rings all the same.
        PERMIT_UNANSWERED,
        ROOM_MADE,
        ROOM_USED_AGAIN,
        ROOM_WAS_READY,
        TOKEN_ISSUED,
        TOKEN_FAILED,
        ROOM_FOUND_EMPTY
    }
}
