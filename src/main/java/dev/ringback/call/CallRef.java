package dev.ringback.call;

import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a client names a call: by its own id, or by the room's.
sealed interface CallRef {

    /// By the call's id.
    record ById(UUID callId) implements CallRef {}

    /// By the id of the call's room.
    record ByRoom(String roomId) implements CallRef {}

    /// The call of an action token.
    ///
    /// @param roomId the room as the client named it, which must be the call's; or null
    record ByGrant(UUID callId, @Nullable String roomId) implements CallRef {}

    /// The reference as this requester may use it: an action token reaches its own call and no other.
    ///
    /// @throws ProblemException `forbidden` for another call; as [#of] for a user's own token
    static CallRef by(Requester requester, @Nullable UUID callId, @Nullable String roomId) {
        var grant = requester.grant();
        if (grant == null) {
            return of(callId, roomId);
        }
        if (callId != null && !callId.equals(grant.callId())) {
            throw anotherCall();
        }
        return new ByGrant(grant.callId(), roomId);
    }

    static ProblemException anotherCall() {
        return new ProblemException(ProblemCode.FORBIDDEN, "This token is for another call.");
    }

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
    static CallRef parse(Requester requester, String id) {
        try {
            return by(requester, UUID.fromString(id), null);
        } catch (IllegalArgumentException _) {
            return by(requester, null, id);
        }
    }
}
