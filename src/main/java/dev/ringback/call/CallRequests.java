package dev.ringback.call;

import dev.ringback.identity.Requester;
import dev.ringback.web.ValidId;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The bodies of the commands, the same over HTTP and over the socket.
final class CallRequests {
    static final int MAX_REASON_TEXT = 200;

    private CallRequests() {}

    /// A body that names a call, and the user for whom a `server` token acts.
    interface NamesCall {
        @Nullable
        UUID callId();

        @Nullable
        String roomId();

        @Nullable
        String userId();

        /// The call that the body names; with an action token it need not name any.
        ///
        /// @throws dev.ringback.web.ProblemException when it names none, or one that the requester's token is not for
        default CallRef ref(Requester requester) {
            return CallRef.by(requester, callId(), roomId());
        }
    }

    /// @param callerId the caller; needed for a `server` token, else the token's own user
    /// @param ringTimeout in seconds
    /// @param custom handed through to the called users' devices, at most 2 KiB
    /// @param deviceId the caller's device: binds the answer if the called user is just calling back
    record Initiate(@Nullable @ValidId String callerId, @Nullable @ValidId String calledId,
            @Nullable @Size(min = 1, max = Call.MAX_INVITATIONS) List<@NotNull @ValidId String> calledIds,
            @Nullable String callerName, @Nullable CallType callType,
            @Nullable @Min(CallSettings.MIN_RING_SECONDS) @Max(CallSettings.MAX_RING_SECONDS) Integer ringTimeout,
            @Nullable TokenDelivery tokenDelivery, @Nullable @Schema(implementation = Map.class) ObjectNode custom,
            @Nullable @ValidId String deviceId) {}

    /// @param deviceId the device that accepts: it wins the call, and may repeat the request
    record Accept(@Nullable UUID callId, @Nullable @ValidId String roomId, @Nullable @ValidId String userId,
            @Nullable String userName, @Nullable @ValidId String deviceId) implements NamesCall {}

    /// @param callerId the call's caller, as a check
    /// @param reason `busy`, or the user's own words
    record Reject(@Nullable UUID callId, @Nullable @ValidId String roomId, @Nullable @ValidId String userId,
            @Nullable @ValidId String callerId, @Nullable @Size(max = MAX_REASON_TEXT) String reason)
            implements
                NamesCall {}

    /// @param deviceId the device that is silenced; needed but with an action token
    record Ignore(@Nullable UUID callId, @Nullable @ValidId String roomId, @Nullable @ValidId String userId,
            @Nullable @ValidId String deviceId) implements NamesCall {}

    /// @param userIds who shall ring, again or anew
    record Invite(@Nullable UUID callId, @Nullable @ValidId String roomId, @Nullable @ValidId String userId,
            @NotNull @Size(min = 1, max = Call.MAX_INVITATIONS) List<@NotNull @ValidId String> userIds)
            implements
                NamesCall {}

    /// What cancel, end and ringing take.
    record Plain(@Nullable UUID callId, @Nullable @ValidId String roomId, @Nullable @ValidId String userId,
            @Nullable @ValidId String deviceId) implements NamesCall {}
}
