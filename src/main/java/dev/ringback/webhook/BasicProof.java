package dev.ringback.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A user name and password that both sides know (RFC 7617).
public record BasicProof(String username, String password) {
    private static final String SCHEME = "Basic ";

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
