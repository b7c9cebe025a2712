package dev.ringback.device;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An address at which a push service reaches one device of one user.
///
/// @param id names this row; a token that is registered anew keeps it
/// @param deviceId the installation of the app; one may hold tokens of several platforms
/// @param token the provider's token, or the endpoint of a Web Push subscription. Whoever has it can reach the device: it
///        is shown to nobody
/// @param webPushKeys of a Web Push subscription, else null
/// @param appId bundle id or application id, where the app gave it
/// @param environment of an APNs token; production elsewhere
/// @param registeredAt when this token was last registered; a provider's "dead since" that is older does not count
public record PushToken(long id, String userId, String deviceId, Platform platform, String token,
        @Nullable WebPushKeys webPushKeys, @Nullable String appId, Environment environment, Instant registeredAt) {
    private static final int SHOWN = 4;

    /// The token's last characters: enough to recognise it, no use to anybody else.
    public String tail() {
        return "…" + token.substring(Math.max(0, token.length() - SHOWN));
    }

    @Override
    public String toString() {
        return "PushToken[" + platform.word() + " " + tail() + "]";
    }

    /// What a message to a Web Push subscription is encrypted with (RFC 8291 section 2.1), as the browser gives it:
    /// base64url without padding.
    ///
    /// @param p256dh the browser's public key, an uncompressed point of P-256 (65 bytes)
    /// @param auth the authentication secret (16 bytes)
    public record WebPushKeys(String p256dh, String auth) {
        @Override
        public String toString() {
            return "WebPushKeys[***]";
        }
    }
}
