package dev.ringback.webhook.cometchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringback.webhook.Hmac;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

class CometChatProofTests {
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String BASIC = "Basic dTpw";
    private static final String SIGNATURE = HexFormat.of().formatHex(Hmac.of("s3cr3t", BODY));

    @Test
    void eitherProofIsGoodWhereItIsConfigured() {
        var both = proof("u", "p", "s3cr3t");
        assertThat(both.holds(BASIC, null, BODY)).isTrue();
        assertThat(both.holds(null, SIGNATURE, BODY)).isTrue();
        assertThat(both.holds(null, null, BODY)).isFalse();
        assertThat(proof("u", "p", "").holds(null, SIGNATURE, BODY)).isFalse();
        assertThat(proof("", "", "s3cr3t").holds(BASIC, null, BODY)).isFalse();
    }

    @Test
    void withoutAnythingConfiguredNothingIsGood() {
        var none = proof("", " ", "");
        assertThat(none.isImpossible()).isTrue();
        assertThat(none.holds("Basic Og==", "", BODY)).isFalse();
    }

    @Test
    void halfOfAPasswordStopsTheStart() {
        assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> proof("u", "", "s"))
                .withMessageContaining("ringback.webhook.cometchat.password is missing");
        assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> proof("", "p", ""))
                .withMessageContaining("ringback.webhook.cometchat.username is missing");
    }

    @Test
    void aRingIsNeitherEndlessNorOver() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CometChatSettings("", "", "", Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new CometChatSettings("", "", "", Duration.ofHours(1)));
    }

    @Test
    void secretsAreInNoText() {
        var settings = new CometChatSettings("u-name", "p-word", "s3cr3t", Duration.ofSeconds(45));
        assertThat(settings + CometChatProof.of(settings).toString()).doesNotContain("u-name", "p-word", "s3cr3t");
    }

    private static CometChatProof proof(String username, String password, String secret) {
        return CometChatProof.of(new CometChatSettings(username, password, secret, Duration.ofSeconds(45)));
    }
}
