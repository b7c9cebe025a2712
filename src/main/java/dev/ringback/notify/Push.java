package dev.ringback.notify;

import dev.ringback.device.PushToken;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One notice on its way to one token.
///
/// @param id the same for every attempt of one delivery, so that its traces at the provider can be told together
/// @param notice what is said, with the time left as of now
/// @param actionToken lets a killed app act on this one call; null where the notice needs no action, or another
///        platform keeps the call
/// @param validUntil after this the push is worth nothing: the ring's deadline. The provider must not keep it longer
/// @param timeLeft until then, never negative
public record Push(UUID id, Notice notice, PushToken to, @Nullable String actionToken, Instant validUntil,
        Duration timeLeft) {

    /// What the device is told, shortened to the provider's limit where needed.
    public PushBody body() {
        return PushBody.of(notice, actionToken);
    }

    /// Whether a phone must act on it at once: what rings or stops ringing.
    public boolean urgent() {
        return notice.type() != NoticeType.CALL_MISSED;
    }

    @Override
    public String toString() {
        return "Push[" + id + ", " + notice + ", " + to + "]";
    }
}
