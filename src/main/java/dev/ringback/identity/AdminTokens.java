package dev.ringback.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
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
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// Tokens for whoever has given the admin page's password: good on the routes of that page and on no others.
///
/// Signed with a key made of one that all nodes share and of the password, so that a new password ends the tokens of the
/// old one.
final class AdminTokens {
    static final String TYPE = "ringback-admin+jwt";
    static final String SUBJECT = "admin";
    static final Duration LIFE = Duration.ofHours(12);

    private static final String ALGORITHM = "HmacSHA256";
    private static final JWSHeader HEADER = new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType(TYPE))
            .build();
    /// Our header is always the same, byte for byte: what begins otherwise is no admin token.
    private static final String BEGINNING = HEADER.toBase64URL() + ".";

    private final SecretKey key;
    private final JwtDecoder decoder;
    private final Clock clock;

    AdminTokens(byte[] kept, String password, Clock clock) {
        this.key = derived(kept, password);
        this.decoder = decoder(key, clock);
        this.clock = clock;
    }

    /// A fresh token.
    String mint(Instant expiresAt) {
        var claims = new JWTClaimsSet.Builder().subject(SUBJECT)
                .issueTime(Date.from(clock.instant()))
                .expirationTime(Date.from(expiresAt))
                .build();
        var token = new SignedJWT(HEADER, claims);
        try {
            token.sign(new MACSigner(key));
        } catch (JOSEException failure) {
            throw new IllegalStateException("no " + ALGORITHM, failure);
        }
        return token.serialize();
    }

    static boolean claimsToBeOne(String token) {
        return token.startsWith(BEGINNING);
    }

    /// @throws org.springframework.security.oauth2.jwt.JwtException when it is not one of ours, or has expired
    Jwt decode(String token) {
        return decoder.decode(token);
    }

    /// Whether a token that was found good is one: no other kind of this type is ever found good.
    static boolean isOne(Jwt token) {
        return TYPE.equals(token.getHeaders().get("typ"));
    }

    private static SecretKey derived(byte[] kept, String password) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(kept, ALGORITHM));
            return new SecretKeySpec(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)), ALGORITHM);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("no " + ALGORITHM, failure);
        }
    }

    private static JwtDecoder decoder(SecretKey key, Clock clock) {
        var timestamps = new JwtTimestampValidator(Duration.ZERO);
        timestamps.setClock(clock);
        var decoder = NimbusJwtDecoder.withSecretKey(key)
                .macAlgorithm(MacAlgorithm.HS256)
                .validateType(false)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(timestamps, AdminTokens::isWhole));
        return decoder;
    }

    private static OAuth2TokenValidatorResult isWhole(Jwt token) {
        return isOne(token) && token.getExpiresAt() != null && SUBJECT.equals(token.getSubject())
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", "no admin token", null));
    }
}
