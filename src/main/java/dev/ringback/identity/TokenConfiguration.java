package dev.ringback.identity;

import dev.ringback.database.KeptKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/// Decides whose signature on a user token counts.
///
/// The algorithms are fixed by the kind of key: a shared secret takes HS256 and nothing else, public keys take
/// asymmetric signatures and nothing else. So neither `none` nor an HMAC made with a public key can pass.
@Configuration(proxyBeanMethods = false)
class TokenConfiguration {
    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
    private static final int MIN_SECRET_BYTES = 32;

    @Bean
    JwtDecoder userTokenDecoder(AuthSettings settings, Clock clock, SigningSecret secret) {
        if (settings.hs256Secret() != null && (settings.issuerUri() != null || settings.jwkSetUri() != null)) {
            throw new FailureAnalyzedException("Two signers of user tokens are configured.",
                    "Set either ringback.auth.hs256-secret (RINGBACK_AUTH_HS256_SECRET), or issuer-uri and jwk-set-uri.");
        }
        var validator = validator(settings, clock);
        if (settings.jwkSetUri() != null) {
            return withValidator(NimbusJwtDecoder.withJwkSetUri(settings.jwkSetUri())
                    .jwsAlgorithms(accepted -> accepted.addAll(List.of(SignatureAlgorithm.values())))
                    .validateType(false)
                    .build(), validator);
        }
        var issuer = settings.issuerUri();
        if (issuer != null) {
            // asked at the first token, not at start: a sleeping issuer must not keep the service down
            return new SupplierJwtDecoder(() -> withValidator(NimbusJwtDecoder.withIssuerLocation(issuer)
                    .jwsAlgorithms(accepted -> accepted.addAll(List.of(SignatureAlgorithm.values())))
                    .validateType(false)
                    .build(), validator));
        }
        return withValidator(NimbusJwtDecoder.withSecretKey(secret.key())
                .macAlgorithm(MacAlgorithm.HS256)
                .validateType(false)
                .build(), validator);
    }

    /// The HS256 secret: the configured one, or else one that is made at random and kept, so that in demo mode a token of
    /// one node is good on all and outlives a restart.
    @Bean
    SigningSecret signingSecret(AuthSettings settings, KeptKeys keys) {
        byte[] bytes = settings.hs256Secret() == null
                ? Base64.getDecoder().decode(keys.get("demo-token", TokenConfiguration::random))
                : settings.hs256Secret().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new FailureAnalyzedException(
                    "ringback.auth.hs256-secret is " + bytes.length + " bytes long; at least 32 are needed.",
                    "Set RINGBACK_AUTH_HS256_SECRET to a random secret, for example from: openssl rand -hex 32");
        }
        return new SigningSecret(new SecretKeySpec(bytes, "HmacSHA256"));
    }

    @Bean
    @ConditionalOnDemoMode
    DemoTokens demoTokens(SigningSecret secret, AuthSettings settings, Clock clock) {
        return new DemoTokens(secret.key(), clock, settings.audience());
    }

    /// Hides the key from anything that prints beans.
    record SigningSecret(SecretKey key) {
        @Override
        public String toString() {
            return "SigningSecret[***]";
        }
    }

    private static JwtDecoder withValidator(NimbusJwtDecoder decoder, OAuth2TokenValidator<Jwt> validator) {
        decoder.setJwtValidator(validator);
        return decoder;
    }

    private static OAuth2TokenValidator<Jwt> validator(AuthSettings settings, Clock clock) {
        var timestamps = new JwtTimestampValidator(CLOCK_SKEW);
        timestamps.setClock(clock);
        var validators = new ArrayList<OAuth2TokenValidator<Jwt>>();
        validators.add(timestamps);
        validators.add(new UserTokenValidator(settings.audience()));
        if (settings.issuerUri() != null) {
            validators.add(new JwtIssuerValidator(settings.issuerUri()));
        }
        return new DelegatingOAuth2TokenValidator<>(validators);
    }

    private static String random() {
        byte[] secret = new byte[MIN_SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().encodeToString(secret);
    }
}
