package dev.ringback.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionKeysTests {
    /// RFC 8291 appendix A.
    private static final String KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private static final String AUTH = "BTBZMqHH6r4Tts7J_aSIgg";

    @Test
    void aBrowsersKeysAreGood() {
        assertThat(SubscriptionKeys.refusal(KEY, AUTH)).isEmpty();
        assertThat(SubscriptionKeys.refusal(KEY + "=", AUTH + "==")).isEmpty();
    }

    @Test
    void aPointOffTheCurveIsRefused() {
        for (int at : new int[]{1, 32, 33, 64}) {
            var point = Base64.getUrlDecoder().decode(KEY);
            point[at] ^= 1;
            assertThat(SubscriptionKeys.refusal(encoded(point), AUTH)).isPresent();
        }
    }

    @Test
    void onlyUncompressedPointsAreTaken() {
        var point = Base64.getUrlDecoder().decode(KEY);
        var compressed = Arrays.copyOf(point, 33);
        compressed[0] = 2;
        assertThat(SubscriptionKeys.refusal(encoded(compressed), AUTH)).isPresent();
        point[0] = 6;
        assertThat(SubscriptionKeys.refusal(encoded(point), AUTH)).isPresent();
    }

    @Test
    void coordinatesBeyondThePrimeAreRefused() {
        // x = p, which is 0 to a parser that reduces it; (0, √b) is on the curve
        var point = new byte[65];
        point[0] = 4;
        var p = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        var root = new BigInteger("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4", 16);
        copy(root, point, 33);
        assertThat(SubscriptionKeys.refusal(encoded(point), AUTH)).isEmpty();
        copy(p, point, 1);
        assertThat(SubscriptionKeys.refusal(encoded(point), AUTH)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "AAAA", "BCVxsr7N/eNg+"})
    void whatIsNoKeyIsRefused(String text) {
        assertThat(SubscriptionKeys.refusal(text, AUTH)).get().asString().startsWith("p256dh");
        assertThat(SubscriptionKeys.refusal(KEY, text)).get().asString().startsWith("auth");
    }

    @Test
    void nothingAndTheZeroPointAreRefused() {
        var zero = new byte[65];
        zero[0] = 4;
        assertThat(SubscriptionKeys.refusal(encoded(zero), AUTH)).isPresent();
    }

    private static void copy(BigInteger value, byte[] to, int at) {
        var bytes = value.toByteArray();
        var length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, to, at + 32 - length, length);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
