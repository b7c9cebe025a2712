package dev.ringback.device;

import dev.ringback.web.ValidId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/// The bodies of the routes. None prints what it holds: whoever has a token can reach the device.
final class DeviceRequests {
    /// Printable ASCII: all that a token or an endpoint can consist of.
    private static final String OPAQUE = "[\\x21-\\x7e]{1,4096}";
    private static final String NOT_OPAQUE = "must have 1 to 4096 printable ASCII characters and no blanks";
    /// A bundle id or application id; the longest that Apple takes.
    private static final String APP_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,154}";
    private static final String NO_APP_ID = "must be a bundle id or application id of at most 155 characters";

    private DeviceRequests() {}

    /// @param uid the user; needed for a `server` token, else the token's own user
    /// @param deviceId the installation of the app; made up when missing
    /// @param environment of an APNs token: `production` (default) or `sandbox`
    record Register(@NotNull Platform platform, @NotNull String token, @Nullable @ValidId String uid,
            @Nullable @ValidId String deviceId,
            @Nullable @Pattern(regexp = APP_ID, message = NO_APP_ID) String appId,
            @Nullable Environment environment) {
        @Override
        public String toString() {
            return "Register[***]";
        }
    }

    /// @param token drops this token, whoever's it is: to know it is the proof
    /// @param deviceId drops all tokens of this device of the user
    /// @param uid the user; needed for a `server` token with `device_id`
    record Unregister(@Nullable @Pattern(regexp = OPAQUE, message = NOT_OPAQUE) String token,
            @Nullable @ValidId String deviceId, @Nullable @ValidId String uid) {
        @Override
        public String toString() {
            return "Unregister[***]";
        }
    }

    /// @param userId the user; needed for a `server` token, else the token's own user
    /// @param deviceId the browser; made up when missing
    record Subscribe(@NotNull @Valid Subscription subscription, @Nullable @ValidId String userId,
            @Nullable @ValidId String deviceId) {
        @Override
        public String toString() {
            return "Subscribe[***]";
        }
    }

    /// @param old the subscription that the browser took back
    /// @param subscription the one it has now
    record Renew(@NotNull @Valid Proof old, @NotNull @Valid Subscription subscription) {
        @Override
        public String toString() {
            return "Renew[***]";
        }
    }

    /// What only the browser and Ringback know of a subscription: the push service knows the endpoint, but not the secret.
    ///
    /// @param auth the authentication secret, base64url
    record Proof(@NotNull @Pattern(regexp = OPAQUE, message = NOT_OPAQUE) String endpoint,
            @NotNull @Pattern(regexp = OPAQUE, message = NOT_OPAQUE) String auth) {
        @Override
        public String toString() {
            return "Proof[***]";
        }
    }

    /// What a browser's `PushSubscription.toJSON()` gives. Its `expirationTime` is not needed: a subscription that has
    /// ended is answered by 404 or 410.
    record Subscription(@NotNull String endpoint, @NotNull @Valid Keys keys) {
        @Override
        public String toString() {
            return "Subscription[***]";
        }
    }

    /// @param p256dh the browser's public key, base64url
    /// @param auth the authentication secret, base64url
    record Keys(@NotNull String p256dh, @NotNull String auth) {
        @Override
        public String toString() {
            return "Keys[***]";
        }
    }

    /// @param endpoint the subscription's
    record Unsubscribe(@NotNull @Pattern(regexp = OPAQUE, message = NOT_OPAQUE) String endpoint) {
        @Override
        public String toString() {
            return "Unsubscribe[***]";
        }
    }
}
