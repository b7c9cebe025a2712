package dev.ringback.device;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a push token looks like. The providers promise little, so these rules are wide: they keep out what could not be
/// put into a provider's address, what the index could not hold, and tokens handed in under the wrong platform.
final class TokenRules {
    /// A token goes into the path of a request to APNs. Apple: 32 bytes today, up to 100, never to be counted on.
    private static final Pattern APNS = Pattern.compile("([0-9A-Fa-f]{2}){32,100}");
    /// Opaque; about 140 to 200 characters in practice, and an installation id of 22 is on its way to take its place. The
    /// index takes no more than some 2,700.
    private static final Pattern FCM = Pattern.compile("[A-Za-z0-9_:.~%-]{20,2048}");

    private TokenRules() {}

    /// What is wrong with the token, or empty when nothing is. Never holds the token.
    static Optional<String> refusal(Platform platform, String token) {
        return switch (platform) {
            case IOS, IOS_ALERT -> APNS.matcher(token).matches()
                    ? Optional.empty()
                    : Optional.of("must be an APNs device token: 64 to 200 hexadecimal digits");
            case ANDROID, FCM_IOS, FCM_WEB -> FCM.matcher(token).matches()
                    ? Optional.empty()
                    : Optional
                            .of("must be an FCM registration token: 20 to 2048 characters of A-Z a-z 0-9 _ : . ~ % -");
            case WEB -> Optional.of("is not taken here: a browser registers at /api/push/subscribe");
        };
    }

    /// The one form in which the token is kept: hexadecimal digits mean the same in either case.
    static String kept(Platform platform, String token) {
        return switch (platform) {
            case IOS, IOS_ALERT -> token.toLowerCase(Locale.ROOT);
            case ANDROID, FCM_IOS, FCM_WEB, WEB -> token;
        };
    }
}
