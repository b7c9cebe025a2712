package dev.ringback.announce;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs messages with one or more secrets: Standard Webhooks, *Signature scheme*, symmetric (`v1`). With several, the
/// receiver may check by any of them, and so change from one to the next when it likes.
final class Signer {
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final List<SecretKeySpec> keys;

    private Signer(List<SecretKeySpec> keys) {
        this.keys = keys;
    }

    /// @param secrets at least one
    /// @throws IllegalArgumentException that says what is wrong with one, without it
    static Signer of(List<String> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("is missing");
        }
        return new Signer(secrets.stream().map(Signer::key).toList());
    }

    /// The `webhook-signature` header.
    ///
    /// @param timestamp of this attempt, in seconds
    String signatures(String id, long timestamp, String body) {
        var signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
        return keys.stream().map(key -> "v1," + signature(key, signed)).collect(Collectors.joining(" "));
    }

    private static String signature(SecretKeySpec key, byte[] signed) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }

    private static SecretKeySpec key(String secret) {
        byte[] bytes = decoded(secret.strip());
        if (bytes.length < SHORTEST || bytes.length > LONGEST) {
            throw new IllegalArgumentException("must hold whsec_ and the base64 of 24 to 64 random bytes");
        }
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    private static byte[] decoded(String written) {
        try {
            return written.startsWith(PREFIX)
                    ? Base64.getDecoder().decode(written.substring(PREFIX.length()))
                    : new byte[0];
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }
}
