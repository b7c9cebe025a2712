package dev.ringback.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA256 (RFC 2104) of requests, as most platforms sign them.
public final class Hmac {
    private static final String ALGORITHM = "HmacSHA256";

    private Hmac() {}

    /// The HMAC of the parts, one behind the other.
    ///
    /// @param secret not empty
    public static byte[] of(String secret, byte[]... parts) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            for (var part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("no " + ALGORITHM, failure);
        }
    }

    /// Whether a signature in hexadecimal is the expected one. Takes the same time wherever it differs, and throws for
    /// nothing: what is no hexadecimal, or too short, is simply another signature.
    public static boolean isHexOf(String signature, byte[] expected) {
        try {
            return MessageDigest.isEqual(HexFormat.of().parseHex(signature), expected);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// The SHA-256 digest of the bytes.
    static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("no SHA-256", failure);
        }
    }
}
