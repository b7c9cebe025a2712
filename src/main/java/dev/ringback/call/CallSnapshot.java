package dev.ringback.call;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call as it stood at one version: what clients see, and what events carry.
///
/// @param version rises with every change; of two snapshots the higher one is true
/// @param roomId null only when the call was refused as busy before a room was made
/// @param calledId the called user of a 1:1 call, else null
/// @param expiresAt the ring's deadline
/// @param answeredByDevice the device that accepted first, where it gave its id
/// @param custom the caller's own JSON object, as text
public record CallSnapshot(UUID callId, @Nullable String roomId, CallState state, @Nullable Reason reason,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String reasonText, int version, CallType callType,
        String callerId, String callerName, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String calledId,
        List<Invited> invitations, Instant createdAt, Instant expiresAt, @Nullable Instant answeredAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String answeredByDevice, @Nullable Instant endedAt,
        TokenDelivery tokenDelivery, boolean glare,
        @JsonInclude(JsonInclude.Include.NON_NULL) @JsonRawValue @Schema(types = "object") @Nullable String custom) {

    public CallSnapshot {
        invitations = List.copyOf(invitations);
    }

    /// The invitation of `userId`, or empty when the user was not called.
    public Optional<Invited> invitationOf(String userId) {
        return invitations.stream().filter(i -> i.userId().equals(userId)).findFirst();
    }

    /// Whether `userId` is the caller or was called, and knows of it.
    public boolean hasParty(String userId) {
        return callerId.equals(userId) || invitationOf(userId).filter(i -> i.silence() != Silence.BLOCKED).isPresent();
    }

    /// One called user's leg.
    ///
    /// @param ringingAt when a device of the user first acknowledged that it rings
    /// @param expiresAt the deadline of this leg's ring
    /// @param deviceId the device that accepted, where it gave its id
    /// @param busy whether the user was in an accepted call when this one began to ring
    /// @param ignoredBy devices that were silenced and are not to ring again
    /// @param silence why none of the user's devices rings, or null; nothing that a party may see
    public record Invited(String userId, InvitationState state, @Nullable Instant ringingAt,
            @Nullable Instant answeredAt, @JsonIgnore Instant expiresAt, @JsonIgnore @Nullable String deviceId,
            @JsonIgnore boolean busy, @JsonIgnore List<String> ignoredBy, @JsonIgnore @Nullable Silence silence) {

        /// Whether it is one that no device of the user may hear of while it lasts.
        @JsonIgnore
        public boolean isSilenced() {
            return silence != null;
        }
    }
}
