package dev.ringback.notify.apns;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Tokens as Apple gives them out.
final class ApnsTokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    private ApnsTokens() {}

    static PushToken voip() {
        return token(Platform.IOS, null, Environment.PRODUCTION);
    }

    static PushToken alert() {
        return token(Platform.IOS_ALERT, null, Environment.PRODUCTION);
    }

    static PushToken token(Platform platform, @Nullable String appId, Environment environment) {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return token(platform, appId, environment, HexFormat.of().formatHex(bytes));
    }

    static PushToken token(Platform platform, @Nullable String appId, Environment environment, String token) {
        return new PushToken(1, "bob", "phone-1", platform, token, null, appId, environment,
                Clock.systemUTC().instant());
    }
}
