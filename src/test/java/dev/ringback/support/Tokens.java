package dev.ringback.support;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.function.UnaryOperator;

/// User tokens as an operator's backend would sign them.
public final class Tokens {
    public static final String SECRET = "a-secret-for-tests-of-more-than-32-bytes";

    private Tokens() {}

    public static String of(String userId) {
        return signed(claims -> claims.subject(userId));
    }

    public static String named(String userId, String name) {
        return signed(claims -> claims.subject(userId).claim("name", name));
    }

    public static String server() {
        return signed(claims -> claims.subject("backend").claim("scope", "server"));
    }

    /// A token good for an hour, unless `claims` says otherwise.
    public static String signed(UnaryOperator<JWTClaimsSet.Builder> claims) {
        var expiry = Date.from(Clock.systemUTC().instant().plus(Duration.ofHours(1)));
        return sign(new JWSHeader(JWSAlgorithm.HS256), claims.apply(new JWTClaimsSet.Builder().expirationTime(expiry))
                .build(), SECRET);
    }

    public static String sign(JWSHeader header, JWTClaimsSet claims, String secret) {
        try {
            var token = new SignedJWT(header, claims);
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
