package dev.ringback.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicProofTests {
    private final BasicProof proof = new BasicProof("Aladdin", "open sesame");

    /// RFC 7617 section 2.
    @Test
    void theExampleOfTheRfcHolds() {
        assertThat(proof.holds("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).isTrue();
        assertThat(proof.holds("basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ== ")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Aladdin:open sesam", "Aladdin:open sesame ", "aladdin:open sesame", "Aladdin:", "Aladdin",
            "", ":"})
    void nothingElseDoes(String given) {
        var encoded = Base64.getEncoder().encodeToString(given.getBytes(StandardCharsets.UTF_8));
        assertThat(proof.holds("Basic " + encoded)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic %%%", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "",
            "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="})
    void whatIsNoBasicAuthenticationProvesNothing(String header) {
        assertThat(proof.holds(header)).isFalse();
    }

    @Test
    void noHeaderProvesNothing() {
        assertThat(proof.holds(null)).isFalse();
    }

    /// RFC 7617 section 2.1.
    @Test
    void aPasswordMayHoldColonsAndAnyCharacter() {
        var encoded = Base64.getEncoder().encodeToString("test:12£:3".getBytes(StandardCharsets.UTF_8));
        assertThat(new BasicProof("test", "12£:3").holds("Basic " + encoded)).isTrue();
    }

    @Test
    void thePasswordIsInNoText() {
        assertThat(proof.toString()).doesNotContain("sesame");
    }
}
