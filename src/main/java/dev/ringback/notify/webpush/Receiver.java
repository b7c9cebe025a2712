package dev.ringback.notify.webpush;

import dev.ringback.device.PushToken.WebPushKeys;
import java.util.Base64;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;

/// The browser that a message is encrypted for.
final class Receiver {
    private static final int POINT_BYTES = 65;
    private static final int AUTH_BYTES = 16;

    private final ECPublicKeyParameters key;
    private final byte[] encodedKey;
    private final byte[] auth;

    private Receiver(ECPublicKeyParameters key, byte[] encodedKey, byte[] auth) {
        this.key = key;
        this.encodedKey = encodedKey;
        this.auth = auth;
    }

    /// @throws IllegalArgumentException if the key is no point of the curve, or one of the two has not its length in base64url
    static Receiver of(WebPushKeys keys) {
        var encoded = decoded(keys.p256dh(), POINT_BYTES);
        var point = Encryption.P256.getCurve().decodePoint(encoded);
        return new Receiver(new ECPublicKeyParameters(point, Encryption.P256), encoded,
                decoded(keys.auth(), AUTH_BYTES));
    }

    private static byte[] decoded(String key, int length) {
        var bytes = Base64.getUrlDecoder().decode(key);
        if (bytes.length != length) {
            throw new IllegalArgumentException("not " + length + " bytes");
        }
        return bytes;
    }

    ECPublicKeyParameters key() {
        return key;
    }

    byte[] encodedKey() {
        return encodedKey;
    }

    byte[] auth() {
        return auth;
    }
}
