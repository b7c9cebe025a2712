package dev.ringback.notify;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One user's devices are to be rung for a call that another platform keeps.
///
/// @param callerName as it is shown where the system draws the notification
/// @param video whether it is a video call
/// @param members what the app on the device is told: all that is in the push, nothing is added. All values are short
/// @param beganAt when it began to ring, by the platform's clock
/// @param expiresAt when the ring ends: nothing is sent from then on
/// @param pair the two users of the call, by [#pair], when the platform may end its ring without naming it; else null
public record WakeUp(ForeignCall call, String userId, String callerName, boolean video, Map<String, String> members,
        Instant beganAt, Instant expiresAt, @Nullable String pair) {

    public WakeUp {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /// The same for both orders of two users.
    public static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + '\n' + other : other + '\n' + one;
    }

    /// Names and numbers stay out of logs.
    @Override
    public String toString() {
        return "WakeUp[" + call + "]";
    }
}
