package dev.ringback.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// A user name and password that both sides know (RFC 7617).
public record BasicProof(String username, String password) {
    private static final String SCHEME = "Basic ";

    /// That of two settings; null when neither is set.
    ///
    /// @param prefix of the settings' names, which end in `.username` and `.password`
    /// @throws FailureAnalyzedException when one of them is missing, or no user name can be like that
    public static @Nullable BasicProof ofSettings(String prefix, String username, String password) {
        if (username.isBlank() != password.isBlank()) {
            throw username.isBlank()
                    ? halfSet(prefix + ".username", prefix + ".password")
                    : halfSet(prefix + ".password", prefix + ".username");
        }
        if (username.contains(":")) {
            throw new FailureAnalyzedException(
                    prefix + ".username holds a colon, which ends a user name in HTTP Basic.",
                    "Set %s.username to one without, here and at the other side.".formatted(prefix));
        }
        return username.isBlank() ? null : new BasicProof(username, password);
    }

    private static FailureAnalyzedException halfSet(String missing, String present) {
        return new FailureAnalyzedException("%s is missing, while %s is set.".formatted(missing, present),
                "Set %s (%s), or neither of the two.".formatted(missing,
                        missing.toUpperCase(Locale.ROOT).replace('.', '_')));
    }

    /// Whether the header proves them. Takes the same time wherever it is wrong, and throws for nothing.
    ///
    /// @param authorization the header `Authorization` as it came, or null
    public boolean holds(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        try {
            var given = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
            var expected = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
            // of equal length, or the time would tell that of the password
            return MessageDigest.isEqual(Hmac.digest(given), Hmac.digest(expected));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "BasicProof[***]";
    }
}
