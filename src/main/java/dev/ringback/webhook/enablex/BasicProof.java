package dev.ringback.webhook.enablex;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// The one user name and password that prove who sends (HTTP Basic, RFC 7617). How long a comparison takes tells nothing of
/// them.
final class BasicProof {
    /// Proves nobody.
    static final BasicProof NOBODYS = new BasicProof(null);

    private static final String SCHEME = "Basic ";

    private final byte @Nullable [] digest;

    private BasicProof(byte @Nullable [] digest) {
        this.digest = digest;
    }

    static BasicProof of(String username, String password) {
        return new BasicProof(digest((username + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    /// Whether there is anybody who could prove anything.
    boolean isConfigured() {
        return digest != null;
    }

    /// Whether the `Authorization` header holds the user name and the password.
    boolean isGivenBy(@Nullable String authorization) {
        if (digest == null || authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        try {
            var given = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
            return MessageDigest.isEqual(digest, digest(given));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Of one length, whatever was given.
    private static byte[] digest(byte[] credentials) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(credentials);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
