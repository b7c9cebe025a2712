package dev.ringback.notify;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Publications as the engine makes them, for tests of the brokers.
public final class Publications {
    private Publications() {}

    /// A ring of this user by "Zoë Ünal" with 30 s left.
    public static Publication ring(String userId) {
        return of(NoticeType.INCOMING_CALL, userId, null);
    }

    public static Publication of(NoticeType type, String userId, @Nullable String custom) {
        var to = new PushToken(1, userId, "phone", Platform.ANDROID, "no-token", null, null, Environment.PRODUCTION,
                Instant.EPOCH);
        var push = Pushes.push(type, to, custom, Duration.ofSeconds(30));
        return new Publication(push.id(), push.notice(), null, push.validUntil(), push.timeLeft());
    }
}
