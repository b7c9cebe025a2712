package dev.ringback.notify;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What one user is told, the same on every channel: one event and the whole call at its version, as one flat JSON
/// object.
///
/// A notice is a hint, the call's row is the truth: it may be lost, and it may come twice or late. The version tells a
/// client which of two notices is newer, `expiresInMs` how long a ring is worth showing, whatever the phone's clock says.
///
/// @param recipient whom it is for; not part of the message
/// @param reason why, for this recipient: the call's reason, or that another device answered
/// @param userId the called user who rang, answered or declined; null when the event is about the whole call
/// @param expiresAt the deadline of the recipient's ring, or the call's
/// @param expiresInMs time left until then when the notice was made, in milliseconds, never negative
/// @param answeredByDevice the device that accepted, where it gave its id
/// @param busy true when the recipient is in another call (call waiting), else null
/// @param token room token, only in a ring of a call with embedded tokens
/// @param foreign what a push says in the place of all this, when another platform keeps the call; else null
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notice(@JsonIgnore String recipient, NoticeType type, @JsonUnwrapped Subject call,
        @Nullable String reason, @Nullable String userId, Instant expiresAt, long expiresInMs,
        @Nullable String answeredByDevice, @Nullable Boolean busy, @Nullable String token,
        @JsonIgnore @Nullable Map<String, String> foreign) {

    public Notice {
        foreign = foreign == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(foreign));
    }

    /// The same notice with a room token in it.
    Notice withToken(String roomToken) {
        return new Notice(recipient, type, call, reason, userId, expiresAt, expiresInMs, answeredByDevice, busy,
                roomToken, foreign);
    }

    /// The same notice as it reads at `now`: less time is left.
    Notice at(Instant now) {
        var left = Math.max(0, Duration.between(now, expiresAt).toMillis());
        return new Notice(recipient, type, call, reason, userId, expiresAt, left, answeredByDevice, busy, token,
                foreign);
    }

    /// Tokens and names stay out of logs.
    @Override
    public String toString() {
        return "Notice[" + type + " of call " + call.callId() + " version " + call.version() + "]";
    }

    /// The call that a notice is about.
    ///
    /// @param custom the caller's own JSON object, as text
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Subject(UUID callId, @Nullable String roomId, int version, String state,
            @Nullable String reasonText, String callType, String callerId, String callerName,
            @Nullable String calledId, List<Leg> invitations, Instant createdAt, @Nullable Instant answeredAt,
            @Nullable Instant endedAt, String tokenDelivery, boolean glare, @JsonRawValue @Nullable String custom) {

        public Subject {
            invitations = List.copyOf(invitations);
        }
    }

    /// One called user's leg of the call.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Leg(String userId, String state, @Nullable Instant ringingAt, @Nullable Instant answeredAt) {}
}
