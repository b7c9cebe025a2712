package dev.ringback.notify;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.device.PushToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Pushes as the engine makes them, for tests of the channels.
public final class Pushes {
    private Pushes() {}

    /// A ring by "Zoë Ünal" with 30 s left.
    public static Push ring(PushToken to) {
        return push(NoticeType.INCOMING_CALL, to, null, Duration.ofSeconds(30));
    }

    public static Push push(NoticeType type, PushToken to, @Nullable String custom, Duration left) {
        return push(type, to, custom, left, "Zoë Ünal");
    }

    public static Push push(NoticeType type, PushToken to, @Nullable String custom, Duration left,
            String callerName) {
        var now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS);
        var until = now.plus(left);
        return new Push(UUID.randomUUID(), notice(type, to, custom, now, until, callerName), to,
                type == NoticeType.INCOMING_CALL ? "action.token.of-this-call" : null, until, left);
    }

    private static Notice notice(NoticeType type, PushToken to, @Nullable String custom, Instant now,
            Instant until, String callerName) {
        var ringing = type == NoticeType.INCOMING_CALL;
        var call = new Notice.Subject(UuidCreator.getTimeOrderedEpoch(), "room-1", ringing ? 1 : 2,
                ringing ? "ringing" : "cancelled", null, "video", "zoë", callerName, to.userId(), List.of(), now, null,
                null, "on_accept", false, custom);
        return new Notice(to.userId(), type, call, ringing ? null : "caller", null, until,
                Duration.between(now, until).toMillis(), null, null, null, null);
    }
}
