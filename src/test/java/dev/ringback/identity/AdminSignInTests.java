package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.support.SettableClock;
import dev.ringback.web.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.oauth2.jwt.JwtException;

/// The admin page's password and its tokens.
class AdminSignInTests {
    private static final String PASSWORD = "the-admins-own-password";

    private final SettableClock clock = new SettableClock();

    @ParameterizedTest
    @CsvSource({"false, '', false", "true, '', true", "false, '  ', false", "false, the-admins-own-password, true"})
    void itIsOffUnlessSet(boolean enabled, String password, boolean on) {
        assertThat(new AdminSettings(enabled, password).isOn()).isEqualTo(on);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-pwd", "elevenchars", "$2y$10$cut-off-by-a-shell", "{bcrypt}$2a$10$with-a-prefix"})
    void aPasswordThatCannotBeUsedStopsTheStart(String password) {
        assertThatThrownBy(() -> new AdminSettings(false, password).mustBeUsable())
                .isInstanceOf(FailureAnalyzedException.class)
                .hasMessageContaining("ringback.admin.password")
                .message()
                .doesNotContain(password);
    }

    @Test
    void aPasswordLongerThanBcryptReadsStopsTheStart() {
        assertThatCode(() -> new AdminSettings(false, "é".repeat(36)).mustBeUsable()).doesNotThrowAnyException();
        assertThatThrownBy(() -> new AdminSettings(false, "é".repeat(37)).mustBeUsable())
                .isInstanceOf(FailureAnalyzedException.class);
    }

    @Test
    void aHashIsAsGoodAsThePassword() {
        var hash = new BCryptPasswordEncoder(4).encode(PASSWORD);
        for (var form : new String[]{hash, hash.replace("$2a$", "$2y$"), hash.replace("$2a$", "$2b$")}) {
            var settings = new AdminSettings(false, form);
            settings.mustBeUsable();
            var signIn = signIn(settings);
            assertThat(signIn.signIn(PASSWORD, "192.0.2.1").expiresAt())
                    .isBetween(clock.instant().plus(Duration.ofHours(12)).minusSeconds(1),
                            clock.instant().plus(Duration.ofHours(12)));
            assertThatThrownBy(() -> signIn.signIn(form, "192.0.2.1")).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void withoutAPasswordNobodySignsIn() {
        var signIn = signIn(new AdminSettings(true, ""));
        assertThatThrownBy(() -> signIn.signIn("", "192.0.2.1")).isInstanceOf(ProblemException.class)
                .hasMessageContaining("No password is set");
    }

    @Test
    void aTokenEndsAfterTwelveHours() {
        var tokens = tokens(PASSWORD);
        var token = tokens.mint(clock.instant().plus(AdminTokens.LIFE));
        assertThat(OwnToken.ADMIN.is(tokens.decode(token))).isTrue();
        clock.advance(AdminTokens.LIFE.plusSeconds(1));
        assertThatThrownBy(() -> tokens.decode(token)).isInstanceOf(JwtException.class);
    }

    @Test
    void aNewPasswordEndsTheTokensOfTheOld() {
        var token = tokens(PASSWORD).mint(clock.instant().plus(AdminTokens.LIFE));
        assertThatThrownBy(() -> tokens("another-password").decode(token)).isInstanceOf(JwtException.class);
    }

    @Test
    void nothingPrintsThePassword() {
        var settings = new AdminSettings(true, PASSWORD);
        assertThat(settings.toString() + signIn(settings).signIn(PASSWORD, "192.0.2.1")).doesNotContain(PASSWORD,
                "eyJ");
    }

    private AdminSignIn signIn(AdminSettings settings) {
        return new AdminSignIn(settings, tokens(settings.password()), NoRateLimits.create(), clock);
    }

    private AdminTokens tokens(String password) {
        return new AdminTokens(new byte[32], password, clock);
    }
}
