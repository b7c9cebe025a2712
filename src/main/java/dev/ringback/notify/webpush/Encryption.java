package dev.ringback.notify.webpush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.util.BigIntegers;

/// Encrypts a message so that only the subscribed browser can read it: RFC 8291 on the content coding `aes128gcm` of RFC
/// 8188, as one record. Every message has a key pair and a salt of its own.
///
/// The curve is Bouncy Castle's, since the JDK's costs four times as much; the rest is the JDK's.
final class Encryption {
    /// What a push service must take is 4096 bytes (RFC 8030 section 7.2); that is without header, padding mark and tag.
    static final int MAX_PLAINTEXT = 3993;

    static final ECDomainParameters P256 = new ECDomainParameters(CustomNamedCurves.getByName("P-256"));

    private static final int RECORD_SIZE = 4096;
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int SECRET_BYTES = 32;
    private static final int TAG_BYTES = 16;
    private static final byte LAST_RECORD = 2;
    private static final byte[] SECRET_INFO = info("WebPush: info");
    private static final byte[] KEY_INFO = info("Content-Encoding: aes128gcm");
    private static final byte[] NONCE_INFO = info("Content-Encoding: nonce");

    private final SecureRandom random = new SecureRandom();

    /// The body of the request to the push service.
    ///
    /// @param plaintext at most [#MAX_PLAINTEXT] bytes
    byte[] encrypt(byte[] plaintext, Receiver receiver) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        var generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(P256, random));
        try {
            return encrypt(plaintext, receiver, generator.generateKeyPair(), salt);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HKDF and AES-GCM", impossible);
        }
    }

    static byte[] encrypt(byte[] plaintext, Receiver receiver, AsymmetricCipherKeyPair sender, byte[] salt)
            throws GeneralSecurityException {
        var senderKey = ((ECPublicKeyParameters) sender.getPublic()).getQ().getEncoded(false);
        var hkdf = KDF.getInstance("HKDF-SHA256");
        var info = concat(SECRET_INFO, receiver.encodedKey(), senderKey);
        var secret = hkdf.deriveData(
                HKDFParameterSpec.ofExtract()
                        .addSalt(receiver.auth())
                        .addIKM(agree(receiver, sender))
                        .thenExpand(info, SECRET_BYTES));
        var extracted = hkdf.deriveKey("Generic",
                HKDFParameterSpec.ofExtract().addSalt(salt).addIKM(secret).extractOnly());
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE,
                new SecretKeySpec(expand(hkdf, extracted, KEY_INFO, KEY_BYTES), "AES"),
                new GCMParameterSpec(TAG_BYTES * Byte.SIZE, expand(hkdf, extracted, NONCE_INFO, NONCE_BYTES)));
        var sealed = cipher.doFinal(concat(plaintext, new byte[]{LAST_RECORD}));
        return ByteBuffer.allocate(SALT_BYTES + Integer.BYTES + 1 + senderKey.length + sealed.length)
                .put(salt)
                .putInt(RECORD_SIZE)
                .put((byte) senderKey.length)
                .put(senderKey)
                .put(sealed)
                .array();
    }

    private static byte[] agree(Receiver receiver, AsymmetricCipherKeyPair sender) {
        var agreement = new ECDHBasicAgreement();
        agreement.init(sender.getPrivate());
        return BigIntegers.asUnsignedByteArray(SECRET_BYTES, agreement.calculateAgreement(receiver.key()));
    }

    private static byte[] expand(KDF hkdf, SecretKey extracted, byte[] info, int length)
            throws GeneralSecurityException {
        return hkdf.deriveData(HKDFParameterSpec.expandOnly(extracted, info, length));
    }

    private static byte[] info(String text) {
        return concat(text.getBytes(StandardCharsets.US_ASCII), new byte[1]);
    }

    private static byte[] concat(byte[]... parts) {
        var length = 0;
        for (var part : parts) {
            length += part.length;
        }
        var all = ByteBuffer.allocate(length);
        for (var part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
