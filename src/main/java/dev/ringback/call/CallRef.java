package dev.ringback.call;

import dev.ringback.web.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a client names a call: by its own id, or by the room's.
sealed interface CallRef {

    /// By the call's id.
    record ById(UUID callId) implements CallRef {}

    /// By the id of the call's room.
    record ByRoom(String roomId) implements CallRef {}

    /// The reference in a body; the call's own id counts when both are given.
    ///
    /// @throws ProblemException `invalid_request` when neither is given
    static CallRef of(@Nullable UUID callId, @Nullable String roomId) {
        if (callId != null) {
            return new ById(callId);
        }
        if (roomId != null) {
            return new ByRoom(roomId);
        }
        throw ProblemException.invalid("call_id", "or room_id is needed");
    }

    /// The reference in a path: what has the form of a UUID is a call's id.
    static CallRef parse(String id) {
        try {
            return new ById(UUID.fromString(id));
        } catch (IllegalArgumentException _) {
            return new ByRoom(id);
        }
    }
}
