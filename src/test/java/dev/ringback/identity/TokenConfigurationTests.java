package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// What an operator reads when the signer of user tokens is set wrongly.
class TokenConfigurationTests {
    private final TokenConfiguration configuration = new TokenConfiguration();

    @Test
    void aShortSecretIsRefusedWithoutBeingShown() {
        var settings = new AuthSettings("short-secret", null, null, null);
        assertThatThrownBy(() -> configuration.signingSecret(settings))
                .isInstanceOfSatisfying(FailureAnalyzedException.class, failure -> {
                    assertThat(failure.analysis().getDescription()).contains("ringback.auth.hs256-secret", "12 bytes",
                            "32");
                    assertThat(failure.analysis().getAction()).contains("RINGBACK_AUTH_HS256_SECRET");
                    assertThat(failure.toString()).doesNotContain("short-secret");
                });
    }

    @Test
    void twoSignersAreRefused() {
        var settings = new AuthSettings("x".repeat(32), "https://issuer.example", null, null);
        assertThatThrownBy(() -> configuration.userTokenDecoder(settings, Clock.systemUTC(),
                configuration.signingSecret(settings))).isInstanceOf(FailureAnalyzedException.class);
    }

    @Test
    void settingsPrintNoSecret() {
        assertThat(new AuthSettings("a-very-secret-secret", null, null, "app").toString()).contains("app")
                .doesNotContain("a-very-secret-secret");
    }

    @Test
    void withoutASignerEveryStartHasASecretOfItsOwn() {
        var settings = new AuthSettings(" ", "", null, null);
        assertThat(configuration.signingSecret(settings)).isNotEqualTo(configuration.signingSecret(settings));
    }
}
