package dev.ringback.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;

/// Mints user tokens in demo mode, where anybody may be anybody.
public final class DemoTokens {
    private static final Duration LIFE = Duration.ofHours(1);

    private final NimbusJwtEncoder encoder;
    private final Clock clock;
    private final @Nullable String audience;

    DemoTokens(SecretKey key, Clock clock, @Nullable String audience) {
        this.encoder = NimbusJwtEncoder.withSecretKey(key).build();
        this.clock = clock;
        this.audience = audience;
    }

    /// A token for `userId`, good for one hour.
    ///
    /// @param name display name to vouch for, or null
    public Minted mint(String userId, @Nullable String name) {
        var now = clock.instant();
        var expiresAt = now.plus(LIFE);
        var claims = JwtClaimsSet.builder().subject(userId).issuedAt(now).expiresAt(expiresAt);
        if (name != null) {
            claims.claim("name", name);
        }
        if (audience != null) {
            claims.claim("aud", audience);
        }
        var header = JwsHeader.with(MacAlgorithm.HS256).build();
        var token = encoder.encode(JwtEncoderParameters.from(header, claims.build())).getTokenValue();
        return new Minted(token, expiresAt);
    }

    /// A fresh token and when it ends.
    public record Minted(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "Minted[***, " + expiresAt + "]";
        }
    }
}
