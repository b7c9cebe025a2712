package dev.ringback.trace;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Something that happened to a call.
///
/// @param userId whom it was about, where it was about one user
/// @param tookMs how long it took, in milliseconds, where somebody else was asked
@JsonInclude(JsonInclude.Include.NON_NULL)
record Step(@JsonIgnore UUID callId, Instant at, String step, @Nullable String userId, @Nullable String deviceId,
        @Nullable String detail, @Nullable Integer tookMs) {
    /// A ring was kept from a user's devices; why is the detail.
    static final String SILENCED = "silenced";
    /// A ring was told to a user's open sockets; how many is the detail.
    static final String TOLD_SOCKETS = "told_sockets";

    boolean isSilenced() {
        return step.equals(SILENCED);
    }

    /// The step as a caller may see it: a ring that was kept from a user's devices looks like one that an app on a socket
    /// has not answered, whatever kind of socket the user's app opens.
    Step forCaller() {
        if (isSilenced()) {
            return new Step(callId, at, TOLD_SOCKETS, userId, deviceId, Recorder.sockets(1), tookMs);
        }
        return step.equals(TOLD_SOCKETS) && detail != null
                ? new Step(callId, at, step, userId, deviceId, Recorder.withoutKinds(detail), tookMs)
                : this;
    }
}
