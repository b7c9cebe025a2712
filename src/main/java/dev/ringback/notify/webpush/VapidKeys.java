package dev.ringback.notify.webpush;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.util.BigIntegers;

/// The key pair by which push services know this installation (RFC 8292). Browsers subscribe to the public key, so it
/// lives as long as the subscriptions do.
///
/// @param publicKey base64url of the uncompressed point
/// @param secret the private key
record VapidKeys(String publicKey, BigInteger secret) {
    private static final int SCALAR_BYTES = 32;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /// @throws IllegalArgumentException in words, without the keys, if they are not a pair
    static VapidKeys of(String publicKey, String privateKey) {
        var point = decoded(publicKey, "public-key");
        var scalar = decoded(privateKey, "private-key");
        var secret = new BigInteger(1, scalar);
        if (scalar.length != SCALAR_BYTES || !inRange(secret)) {
            throw new IllegalArgumentException("private-key is not a P-256 key of 32 bytes");
        }
        if (!Arrays.equals(point, pointOf(secret))) {
            throw new IllegalArgumentException("public-key and private-key are not a pair");
        }
        return new VapidKeys(ENCODER.encodeToString(point), secret);
    }

    static VapidKeys generate() {
        var generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(Encryption.P256, new SecureRandom()));
        var secret = ((ECPrivateKeyParameters) generator.generateKeyPair().getPrivate()).getD();
        return new VapidKeys(ENCODER.encodeToString(pointOf(secret)), secret);
    }

    String privateKey() {
        return ENCODER.encodeToString(BigIntegers.asUnsignedByteArray(SCALAR_BYTES, secret));
    }

    ECPrivateKey signingKey() {
        var point = Base64.getUrlDecoder().decode(publicKey);
        try {
            return new ECKey.Builder(Curve.P_256, Base64URL.encode(Arrays.copyOfRange(point, 1, 1 + SCALAR_BYTES)),
                    Base64URL.encode(Arrays.copyOfRange(point, 1 + SCALAR_BYTES, point.length)))
                    .d(new Base64URL(privateKey()))
                    .build()
                    .toECPrivateKey();
        } catch (JOSEException impossible) {
            throw new IllegalStateException("a checked P-256 key", impossible);
        }
    }

    private static byte[] decoded(String key, String name) {
        try {
            return Base64.getUrlDecoder().decode(key.strip());
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(name + " is not base64url");
        }
    }

    private static boolean inRange(BigInteger scalar) {
        return scalar.signum() > 0 && scalar.compareTo(Encryption.P256.getN()) < 0;
    }

    private static byte[] pointOf(BigInteger secret) {
        return Encryption.P256.getG().multiply(secret).normalize().getEncoded(false);
    }

    @Override
    public String toString() {
        return "VapidKeys[" + publicKey + ", ***]";
    }
}
