package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.support.Quiet;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.security.oauth2.jwt.JwtException;

/// `Authorization` headers of strangers. None can sign, so none gets in; and the refusal is always the same.
@ExtendWith(Quiet.class)
class BearerFuzzTests {
    private static final Authenticator AUTHENTICATOR = Authenticators.ofUserTokens();
    private static final BearerDecoder DECODER = new BearerDecoder(Authenticators.USERS, Authenticators.ACTIONS,
            Authenticators.ADMINS);

    @FuzzTest
    void nobodyGetsInWithoutAKey(byte[] data) {
        var header = new String(data, StandardCharsets.UTF_8);
        assertThat(AUTHENTICATOR.authenticate(header)).isEmpty();
        assertThat(AUTHENTICATOR.authenticate("Bearer " + header)).isEmpty();
        try {
            fail("a token was taken: " + DECODER.decode(header).getClaims());
        } catch (JwtException expected) {
            assertThat(expected).isNotNull();
        }
    }
}
