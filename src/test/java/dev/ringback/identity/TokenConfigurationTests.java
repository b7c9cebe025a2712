package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/// What an operator reads when the signer of user tokens is set wrongly.
class TokenConfigurationTests {
    private static final Clock CLOCK = Clock.systemUTC();

    private final TokenConfiguration configuration = new TokenConfiguration();
    private final HeldKeys keys = new HeldKeys();

    @Test
    void aShortSecretIsRefusedWithoutBeingShown() {
        var settings = new AuthSettings("short-secret", null, null, null);
        assertThatThrownBy(() -> configuration.signingSecret(settings, keys))
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
        assertThatThrownBy(() -> configuration.userTokenDecoder(settings, CLOCK,
                configuration.signingSecret(settings, keys))).isInstanceOf(FailureAnalyzedException.class);
    }

    @Test
    void settingsPrintNoSecret() {
        assertThat(new AuthSettings("a-very-secret-secret", null, null, "app").toString()).contains("app")
                .doesNotContain("a-very-secret-secret");
    }

    @Test
    void withoutASignerAllNodesAndLaterStartsTakeEachOthersTokens() {
        var settings = new AuthSettings(" ", "", null, null);
        var minted = configuration.demoTokens(configuration.signingSecret(settings, keys), settings, CLOCK)
                .mint("alice", null);
        var otherNode = new TokenConfiguration();
        assertThat(otherNode.userTokenDecoder(settings, CLOCK, otherNode.signingSecret(settings, keys))
                .decode(minted.token())
                .getSubject()).isEqualTo("alice");
    }

    @Test
    void withoutASignerEveryInstallationHasASecretOfItsOwn() {
        var settings = new AuthSettings(null, null, null, null);
        assertThat(configuration.signingSecret(settings, keys))
                .isNotEqualTo(configuration.signingSecret(settings, new HeldKeys()));
    }

    @Test
    void aConfiguredSecretIsKeptNowhere() {
        configuration.signingSecret(new AuthSettings("x".repeat(32), null, null, null), keys);
        assertThat(keys.names()).isEmpty();
    }
}
