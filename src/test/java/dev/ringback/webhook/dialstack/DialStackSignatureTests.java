package dev.ringback.webhook.dialstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.webhook.Hmac;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialStackSignatureTests {
    private static final String SECRET = "whsec_test";
    private static final byte[] BODY = "{\"id\":\"evt_1\",\"type\":\"call.mobile_push_wakeup\"}"
            .getBytes(StandardCharsets.UTF_8);
    private static final long SIGNED_AT = 1_760_000_000L;
    private static final Instant NOW = Instant.ofEpochSecond(SIGNED_AT);
    /// By OpenSSL: `printf '1760000000.%s' "$BODY" | openssl dgst -sha256 -hmac whsec_test`.
    private static final String V1 = "62c7964d102fd3843f188f857f5f251dd069adcf5effbf3929bec22ace2d209e";
    private static final String HEADER = "t=1760000000,v1=" + V1;

    private final DialStackSignature signature = new DialStackSignature(List.of(SECRET));

    @Test
    void whatDialStackSignedIsGood() {
        assertThat(signature.holds(HEADER, BODY, NOW)).isTrue();
    }

    @Test
    void thePartsMayComeInAnyOrderAmongOthersAndWithBlanks() {
        assertThat(signature.holds("v1=" + V1 + ",t=1760000000", BODY, NOW)).isTrue();
        assertThat(signature.holds("t=1760000000, v0=abc , v1=" + V1 + ",x", BODY, NOW)).isTrue();
        assertThat(signature.holds("t=1760000000,v1=" + V1.toUpperCase(Locale.ROOT), BODY, NOW)).isTrue();
    }

    @Test
    void aSignatureOverTheBodyAndThenTheTimeIsNot() {
        assertThat(signature.holds(header(Hmac.of(SECRET, BODY, bytes(".1760000000"))), BODY, NOW)).isFalse();
        assertThat(signature.holds(header(Hmac.of(SECRET, BODY)), BODY, NOW)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {-300, -1, 0, 299, 300})
    void within300SecondsItIsGood(long seconds) {
        assertThat(signature.holds(HEADER, BODY, NOW.plusSeconds(seconds))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-100_000, -301, 301, 86_400})
    void aReplayOutsideOfThemIsNot(long seconds) {
        assertThat(signature.holds(HEADER, BODY, NOW.plusSeconds(seconds))).isFalse();
    }

    @Test
    void anotherTimeThanTheSignedOneIsNot() {
        assertThat(signature.holds("t=1760000001,v1=" + V1, BODY, NOW)).isFalse();
        assertThat(signature.holds("t=1760000000,t=1760000000,v1=" + V1, BODY, NOW)).isFalse();
    }

    @Test
    void aBodyThatDiffersInOneByteIsNot() {
        for (int i = 0; i < BODY.length; i++) {
            var changed = BODY.clone();
            changed[i] ^= 1;
            assertThat(signature.holds(HEADER, changed, NOW)).isFalse();
        }
        assertThat(signature.holds(HEADER, bytes(new String(BODY, StandardCharsets.UTF_8) + "\n"), NOW)).isFalse();
    }

    @Test
    void oneGoodSignatureAmongSeveralIsEnough() {
        var other = "0".repeat(64);
        assertThat(signature.holds("t=1760000000,v1=" + other + ",v1=" + V1, BODY, NOW)).isTrue();
        assertThat(signature.holds("t=1760000000,v1=" + V1 + ",v1=" + other, BODY, NOW)).isTrue();
        assertThat(signature.holds("t=1760000000,v1=" + other + ",v1=" + other, BODY, NOW)).isFalse();
    }

    @Test
    void oneOfSeveralSecretsIsEnough() {
        assertThat(new DialStackSignature(List.of("whsec_next", SECRET)).holds(HEADER, BODY, NOW)).isTrue();
        assertThat(new DialStackSignature(List.of("whsec_next")).holds(HEADER, BODY, NOW)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "=", "t=", "v1=", "t=1760000000", "t=1760000000,v1=", "t=1760000000,v1=00",
            "t=1760000000,v1=zz", "t=x,v1=00", "t=-1,v1=00", "t=99999999999999999999,v1=00", "t=1760000000;v1=00",
            "T=1760000000,V1=00"})
    void whatIsNoSignatureIsRefusedAndNothingIsThrown(String header) {
        assertThat(signature.holds(header, BODY, NOW)).isFalse();
    }

    @Test
    void aSignatureOfAnotherLengthIsRefused() {
        for (int length = 0; length < V1.length(); length++) {
            assertThat(signature.holds("t=1760000000,v1=" + V1.substring(0, length), BODY, NOW)).isFalse();
        }
        assertThat(signature.holds(HEADER + "00", BODY, NOW)).isFalse();
    }

    @Test
    void noHeaderIsRefused() {
        assertThat(signature.holds(null, BODY, NOW)).isFalse();
    }

    @Test
    void withoutASecretNothingIsGood() {
        assertThat(new DialStackSignature(List.of()).holds(HEADER, BODY, NOW)).isFalse();
    }

    @Test
    void theSecretIsInNoText() {
        assertThat(signature.toString() + new DialStackSettings(List.of(SECRET))).doesNotContain(SECRET);
    }

    private static String header(byte[] signed) {
        return "t=1760000000,v1=" + HexFormat.of().formatHex(signed);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
