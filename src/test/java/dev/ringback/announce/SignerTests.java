package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the specification's own library and its vector.
class SignerTests {
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final long now = Clock.systemUTC().instant().getEpochSecond();

    @Test
    void theSpecificationsVector() {
        assertThat(Signer.of(List.of(SECRET)).signatures(ID, 1614265330, BODY))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void itsOwnLibraryTakesItAndNothingElse() {
        var signature = Signer.of(List.of(SECRET)).signatures(ID, now, BODY + "é");
        assertThatCode(() -> verify(SECRET, signature, BODY + "é")).doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(SECRET, signature, BODY + "e"))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> verify(Receiver.secret(), signature, BODY + "é"))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void whileSecretsAreChangedEachOfThemVerifies() {
        var next = Receiver.secret();
        var signatures = Signer.of(List.of(SECRET, next)).signatures(ID, now, BODY);
        assertThat(signatures.split(" ")).hasSize(2);
        assertThatCode(() -> verify(SECRET, signatures, BODY)).doesNotThrowAnyException();
        assertThatCode(() -> verify(next, signatures, BODY)).doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(Receiver.secret(), signatures, BODY))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_***not*base64***",
            "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    void aSecretOfAnotherFormIsRefusedAndNotQuoted(String secret) {
        assertThatThrownBy(() -> Signer.of(List.of(SECRET, secret)))
                .hasMessage("must hold whsec_ and the base64 of 24 to 64 random bytes");
    }

    private void verify(String secret, String signatures, String body) throws Exception {
        new Webhook(secret).verify(body, Map.of("webhook-id", List.of(ID), "webhook-timestamp",
                List.of(Long.toString(now)), "webhook-signature", List.of(signatures)));
    }
}
