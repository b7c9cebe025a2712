package dev.ringback.notify.webpush;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.ConcurrentHashMap;

/// Signs who we are (RFC 8292), once for each push service and not for each message.
final class VapidTokens {
    /// Half of the 24 hours that are allowed, so that no clock can be wrong enough.
    private static final Duration VALID = Duration.ofHours(12);
    private static final Duration USED = Duration.ofHours(11);
    /// More push services than there are; an endless number of host names must not fill the memory.
    private static final int MAX_KEPT = 1_000;
    private static final JWSHeader HEADER = new JWSHeader.Builder(JWSAlgorithm.ES256).type(JOSEObjectType.JWT).build();

    private final String publicKey;
    private final String subject;
    private final JWSSigner signer;
    private final Clock clock;
    private final ConcurrentHashMap<String, Kept> kept = new ConcurrentHashMap<>();

    /// @param subject may be empty: the claim is then left out
    VapidTokens(VapidKeys keys, String subject, Clock clock) {
        this.publicKey = keys.publicKey();
        this.subject = subject;
        this.clock = clock;
        try {
            this.signer = new ECDSASigner(keys.signingKey());
        } catch (JOSEException impossible) {
            throw new IllegalStateException("a checked P-256 key", impossible);
        }
    }

    /// The `Authorization` header for a push service.
    ///
    /// @param origin of the subscription's endpoint, as RFC 6454 writes it: without the default port
    String authorization(String origin) {
        var now = clock.instant();
        var known = kept.get(origin);
        if (known != null && now.isBefore(known.usedUntil())) {
            return known.authorization();
        }
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        var signed = new Kept("vapid t=" + sign(origin, now) + ", k=" + publicKey, now.plus(USED));
        kept.put(origin, signed);
        return signed.authorization();
    }

    int size() {
        return kept.size();
    }

    private String sign(String origin, Instant now) {
        var claims = new JWTClaimsSet.Builder().audience(origin).expirationTime(Date.from(now.plus(VALID)));
        if (!subject.isEmpty()) {
            claims.subject(subject);
        }
        var token = new SignedJWT(HEADER, claims.build());
        try {
            token.sign(signer);
        } catch (JOSEException failure) {
            throw new IllegalStateException("the VAPID key does not sign", failure);
        }
        return token.serialize();
    }

    private record Kept(String authorization, Instant usedUntil) {}
}
