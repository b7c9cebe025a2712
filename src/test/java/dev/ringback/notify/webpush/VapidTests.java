package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VapidTests {
    /// RFC 8292 section 2.4.
    private static final String EXAMPLE = "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhh"
            + "bXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu"
            + "_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIx"
            + "HF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
    private static final Pattern FORM = Pattern.compile("vapid t=([\\w-]+\\.[\\w-]+\\.[\\w-]+), k=([\\w-]{87})");
    private static final String ORIGIN = "https://push.example.net";

    private final VapidKeys keys = VapidKeys.generate();
    private final SettableClock clock = new SettableClock();
    private final VapidTokens tokens = new VapidTokens(keys, "mailto:push@example.com", clock);

    @Test
    void ourHeaderHasTheFormAndTheClaimsOfTheStandardsExample() throws Exception {
        var theirs = verified(EXAMPLE);
        assertThat(theirs.getAudience()).containsExactly(ORIGIN);
        var ours = verified(tokens.authorization(ORIGIN));
        assertThat(ours.toJSONObject().keySet()).isEqualTo(theirs.toJSONObject().keySet());
        assertThat(ours.getAudience()).containsExactly(ORIGIN);
        assertThat(ours.toJSONObject().get("aud")).isEqualTo(ORIGIN);
        assertThat(ours.getSubject()).isEqualTo(theirs.getSubject());
        assertThat(ours.getExpirationTime().toInstant()).isEqualTo(inTwelveHours());
    }

    @Test
    void aTokenIsSignedOnceForEachServiceAndRenewedInTime() throws Exception {
        var first = tokens.authorization(ORIGIN);
        clock.advance(Duration.ofHours(11).minusMillis(1));
        assertThat(tokens.authorization(ORIGIN)).isSameAs(first);
        assertThat(tokens.authorization("https://other.example.net")).isNotEqualTo(first);
        clock.advance(Duration.ofMillis(1));
        var renewed = verified(tokens.authorization(ORIGIN));
        assertThat(renewed.getExpirationTime().toInstant()).isEqualTo(inTwelveHours());
    }

    @Test
    void withoutASubjectTheClaimIsLeftOut() throws Exception {
        var claims = verified(new VapidTokens(keys, "", clock).authorization(ORIGIN));
        assertThat(claims.toJSONObject()).containsOnlyKeys("aud", "exp");
    }

    @Test
    void endlessHostsDoNotFillTheMemory() {
        for (int i = 0; i < 1_500; i++) {
            tokens.authorization("https://a" + i + ".notify.windows.com");
        }
        assertThat(tokens.size()).isBetween(1, 1_000);
    }

    @Test
    void aPairIsReadAsItIsWritten() {
        assertThat(VapidKeys.of(keys.publicKey(), keys.privateKey())).isEqualTo(keys);
        assertThat(VapidKeys.of(keys.publicKey() + "=", keys.privateKey() + "=")).isEqualTo(keys);
        assertThat(Base64.getUrlDecoder().decode(keys.publicKey())).hasSize(65).startsWith(4);
        assertThat(Base64.getUrlDecoder().decode(keys.privateKey())).hasSize(32);
        assertThat(keys.toString()).doesNotContain(keys.privateKey()).doesNotContain(keys.secret().toString());
    }

    @Test
    void whatIsNoPairIsRefusedWithoutShowingIt() {
        var other = VapidKeys.generate();
        var zero = Base64.getUrlEncoder().encodeToString(new byte[32]);
        for (var pair : List.of(List.of(other.publicKey(), keys.privateKey()), List.of(keys.publicKey(), zero),
                List.of(keys.publicKey(), "AAAA"), List.of("AAAA", keys.privateKey()), List.of("*", keys.privateKey()),
                List.of(keys.publicKey(), "*" + keys.privateKey()), List.of(keys.privateKey(), keys.publicKey()))) {
            assertThatThrownBy(() -> VapidKeys.of(pair.getFirst(), pair.getLast()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain(keys.privateKey())
                    .contains("-key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mailto:push@ringback.dev", "mailto:first.last+push@mail.ringback.co.uk",
            "https://ringback.dev", "https://www.ringback.dev/contact?x=1", "MAILTO:Push@Ringback.dev"})
    void aRealSubjectIsTaken(String subject) {
        assertThat(VapidSubject.isReal(subject)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"push@ringback.dev", "mailto:", "mailto:admin", "mailto:admin@", "mailto:admin@localhost",
            "mailto:a@localhost.localdomain", "mailto: push@ringback.dev", "mailto:<push@ringback.dev>", "mailto:a@b",
            "mailto:a@127.0.0.1", "https://localhost", "https://localhost:8080/", "https://127.0.0.1/",
            "https://[::1]/", "http://ringback.dev", "https://", "https://ringback", "https://app.localhost/", "tel:1",
            "ringback.dev"})
    void aFakeSubjectIsNot(String subject) {
        assertThat(VapidSubject.isReal(subject)).isFalse();
    }

    /// A JWT counts in seconds.
    private Instant inTwelveHours() {
        return clock.instant().plus(Duration.ofHours(12)).truncatedTo(ChronoUnit.SECONDS);
    }

    private static JWTClaimsSet verified(String authorization) throws Exception {
        var parts = FORM.matcher(authorization);
        assertThat(parts.matches()).isTrue();
        var token = SignedJWT.parse(parts.group(1));
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        var key = Browser.key(Base64.getUrlDecoder().decode(parts.group(2)));
        assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
        return token.getJWTClaimsSet();
    }
}
