package dev.ringback.device;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether a browser's subscription keys can be encrypted to (RFC 8291 section 2.1).
///
/// A key that is no point of the curve is refused here and not at the first ring: it would also let its sender learn
/// about keys that are used with it.
public final class SubscriptionKeys {
    private static final int COORDINATE_BYTES = 32;
    private static final int POINT_BYTES = 1 + 2 * COORDINATE_BYTES;
    private static final byte UNCOMPRESSED = 4;
    private static final int AUTH_BYTES = 16;
    // y² = x³ − 3x + b over the prime p: P-256, NIST SP 800-186 section 3.2.1.3
    private static final BigInteger P = new BigInteger(
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
    private static final BigInteger B = new BigInteger(
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private SubscriptionKeys() {}

    /// What is wrong with the keys, in words that hold nothing of them; empty if they are good.
    ///
    /// @param p256dh base64url, padded or not
    /// @param auth base64url, padded or not
    public static Optional<String> refusal(String p256dh, String auth) {
        var point = decoded(p256dh);
        if (point == null || point.length != POINT_BYTES || point[0] != UNCOMPRESSED || !isOnCurve(point)) {
            return Optional.of("p256dh must be base64url of an uncompressed P-256 public key (65 bytes)");
        }
        var secret = decoded(auth);
        if (secret == null || secret.length != AUTH_BYTES) {
            return Optional.of("auth must be base64url of 16 bytes");
        }
        return Optional.empty();
    }

    private static boolean isOnCurve(byte[] point) {
        var x = coordinate(point, 1);
        var y = coordinate(point, 1 + COORDINATE_BYTES);
        if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
            return false;
        }
        var right = x.multiply(x).subtract(THREE).multiply(x).add(B).mod(P);
        return y.multiply(y).mod(P).equals(right);
    }

    private static BigInteger coordinate(byte[] point, int from) {
        return new BigInteger(1, Arrays.copyOfRange(point, from, from + COORDINATE_BYTES));
    }

    private static byte @Nullable [] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
