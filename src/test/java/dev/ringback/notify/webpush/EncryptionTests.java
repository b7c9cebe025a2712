package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.device.PushToken.WebPushKeys;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import nl.martijndwars.webpush.AbstractPushService;
import nl.martijndwars.webpush.Encoding;
import nl.martijndwars.webpush.Notification;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

class EncryptionTests {
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final Browser browser = new Browser();

    /// RFC 8291 appendix A, and section 5 for the result.
    @Test
    void theStandardsExampleComesOutByteForByte() throws Exception {
        var receiver = Receiver.of(new WebPushKeys(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "BTBZMqHH6r4Tts7J_aSIgg"));
        var sender = pair("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        var message = Encryption.encrypt(
                "When I grow up, I want to be a watermelon".getBytes(StandardCharsets.UTF_8),
                receiver,
                sender,
                DECODER.decode("DGv6ra1nlYgDCS1FRnbzlw"));
        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(message)).isEqualTo(
                "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6P"
                        + "Bru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    @Test
    void whatIsEncryptedIsReadByItsBrowserOnly() throws Exception {
        var random = new Random(8291);
        var encryption = new Encryption();
        var other = new Browser();
        for (int length : new int[]{0, 1, 15, 16, 17, 500, Encryption.MAX_PLAINTEXT}) {
            var plaintext = new byte[length];
            random.nextBytes(plaintext);
            var message = encryption.encrypt(plaintext, Receiver.of(browser.subscription()));
            assertThat(message).hasSize(length + 103);
            assertThat(browser.decrypt(message)).isEqualTo(plaintext);
            assertThatThrownBy(() -> other.decrypt(message)).isInstanceOf(GeneralSecurityException.class);
        }
    }

    @Test
    void theLargestMessageIsAsLargeAsAPushServiceMustTake() {
        assertThat(new Encryption().encrypt(new byte[Encryption.MAX_PLAINTEXT], Receiver.of(browser.subscription())))
                .hasSize(4096);
    }

    @Test
    void noTwoMessagesShareSaltOrKey() {
        var encryption = new Encryption();
        var receiver = Receiver.of(browser.subscription());
        var heads = IntStream.range(0, 50)
                .mapToObj(_ -> HexFormat.of().formatHex(encryption.encrypt(new byte[1], receiver)))
                .toList();
        assertThat(heads).extracting(head -> head.substring(0, 32)).doesNotHaveDuplicates();
        assertThat(heads).extracting(head -> head.substring(42, 172)).doesNotHaveDuplicates();
    }

    /// webpush-java writes what our reader reads, so our reader is no accomplice of our writer.
    @Test
    void anotherLibrarysMessageIsReadTheSameWay() throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        try {
            var keys = browser.subscription();
            var plaintext = "{\"type\":\"incoming_call\"}".getBytes(StandardCharsets.UTF_8);
            var notification = new Notification("https://fcm.googleapis.com/x", keys.p256dh(), keys.auth(), plaintext);
            var theirs = AbstractPushService.encrypt(plaintext, notification.getUserPublicKey(),
                    notification.getUserAuth(), Encoding.AES128GCM);
            assertThat(browser.decrypt(theirs.getCiphertext())).isEqualTo(plaintext);
        } finally {
            Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
        }
    }

    @Test
    void aKeyOffTheCurveIsNotUsed() {
        var point = DECODER.decode(browser.subscription().p256dh());
        point[64] ^= 1;
        var keys = new WebPushKeys(Base64.getUrlEncoder().encodeToString(point), browser.subscription().auth());
        assertThatThrownBy(() -> Receiver.of(keys)).isInstanceOf(IllegalArgumentException.class);
    }

    private static AsymmetricCipherKeyPair pair(String secret) {
        var d = new BigInteger(1, DECODER.decode(secret));
        return new AsymmetricCipherKeyPair(
                new ECPublicKeyParameters(Encryption.P256.getG().multiply(d).normalize(), Encryption.P256),
                new ECPrivateKeyParameters(d, Encryption.P256));
    }
}
