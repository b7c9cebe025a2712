package dev.ringback.notify.webpush;

import dev.ringback.device.PushToken;
import dev.ringback.device.PushToken.WebPushKeys;
import org.jspecify.annotations.Nullable;

/// Tokens as they should not be in the database.
final class Tokens {
    private Tokens() {}

    static PushToken at(PushToken token, String endpoint) {
        return of(token, endpoint, token.webPushKeys());
    }

    static PushToken with(PushToken token, @Nullable WebPushKeys keys) {
        return of(token, token.token(), keys);
    }

    private static PushToken of(PushToken token, String endpoint, @Nullable WebPushKeys keys) {
        return new PushToken(token.id(), token.userId(), token.deviceId(), token.platform(), endpoint, keys,
                token.appId(), token.environment(), token.registeredAt());
    }
}
