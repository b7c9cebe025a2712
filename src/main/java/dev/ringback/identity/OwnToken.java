package dev.ringback.identity;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// The kinds of tokens that Ringback signs itself, each marked by a `typ` of its own: a user token is never taken for one,
/// nor one for a user token.
enum OwnToken {
    ACTION("ringback-action+jwt"), ADMIN("ringback-admin+jwt");

    /// By the name that the JDK has for it.
    static final String ALGORITHM = "HmacSHA256";

    private final String type;
    // it never changes, and does not say so by an annotation
    @SuppressWarnings("ImmutableEnumChecker")
    private final JWSHeader header;
    private final String beginning;

    OwnToken(String type) {
        this.type = type;
        this.header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType(type)).build();
        this.beginning = header.toBase64URL() + ".";
    }

    JWSHeader header() {
        return header;
    }

    /// Whether it says that it is one. Our header is always the same, byte for byte: what begins otherwise is none.
    boolean isClaimedBy(String token) {
        return token.startsWith(beginning);
    }

    /// Whether a token that was found good is one: no other kind of this type is ever found good.
    boolean is(Jwt token) {
        return type.equals(token.getHeaders().get("typ"));
    }

    /// Finds good what is signed by this key, has not expired, and is of this kind for such a subject.
    JwtDecoder decoder(SecretKey key, Predicate<@Nullable String> subject, Clock clock) {
        // we are the signer: no clock but ours, and the nodes' are kept together by the database
        var timestamps = new JwtTimestampValidator(Duration.ZERO);
        timestamps.setClock(clock);
        OAuth2TokenValidator<Jwt> whole = token -> is(token) && token.getExpiresAt() != null
                && subject.test(token.getSubject())
                        ? OAuth2TokenValidatorResult.success()
                        : OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", "no " + type, null));
        var decoder = NimbusJwtDecoder.withSecretKey(key)
                .macAlgorithm(MacAlgorithm.HS256)
                .validateType(false)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(timestamps, whole));
        return decoder;
    }
}
