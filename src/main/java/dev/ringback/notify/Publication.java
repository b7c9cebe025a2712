package dev.ringback.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One notice on its way to a broker.
///
/// @param id the same for every attempt of one delivery: a broker that knows ids drops the second one
/// @param notice what is said, with the time left as of now; its recipient is the user in whose place it goes
/// @param actionToken answers this ring, where the broker asked for one ([Broker#withActionTokens]); else null
/// @param validUntil after this it is worth nothing. A broker that can is told to drop it then
/// @param timeLeft until then, never negative
public record Publication(UUID id, Notice notice, @Nullable String actionToken, Instant validUntil,
        Duration timeLeft) {

    /// The event's members, shortened to the broker's limit where needed.
    public PushBody body() {
        return PushBody.published(notice, actionToken);
    }

    /// Tokens and names stay out of logs.
    @Override
    public String toString() {
        return "Publication[" + id + ", " + notice + "]";
    }
}
