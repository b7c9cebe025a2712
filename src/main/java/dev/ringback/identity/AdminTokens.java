package dev.ringback.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/// Tokens for whoever has given the admin page's password: good on the routes of that page and on no others.
///
/// Signed with a key made of one that all nodes share and of the password, so that a new password ends the tokens of the
/// old one.
final class AdminTokens {
    static final String SUBJECT = "admin";
    static final Duration LIFE = Duration.ofHours(12);

    private final SecretKey key;
    private final JwtDecoder decoder;
    private final Clock clock;

    AdminTokens(byte[] kept, String password, Clock clock) {
        this.key = derived(kept, password);
        this.decoder = OwnToken.ADMIN.decoder(key, SUBJECT::equals, clock);
        this.clock = clock;
    }

    /// A fresh token.
    String mint(Instant expiresAt) {
        var claims = new JWTClaimsSet.Builder().subject(SUBJECT)
                .issueTime(Date.from(clock.instant()))
                .expirationTime(Date.from(expiresAt))
                .build();
        var token = new SignedJWT(OwnToken.ADMIN.header(), claims);
        try {
            token.sign(new MACSigner(key));
        } catch (JOSEException failure) {
            throw new IllegalStateException("no " + OwnToken.ALGORITHM, failure);
        }
        return token.serialize();
    }

    /// @throws org.springframework.security.oauth2.jwt.JwtException when it is not one of ours, or has expired
    Jwt decode(String token) {
        return decoder.decode(token);
    }

    private static SecretKey derived(byte[] kept, String password) {
        try {
            var mac = Mac.getInstance(OwnToken.ALGORITHM);
            mac.init(new SecretKeySpec(kept, OwnToken.ALGORITHM));
            return new SecretKeySpec(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)), OwnToken.ALGORITHM);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("no " + OwnToken.ALGORITHM, failure);
        }
    }
}
