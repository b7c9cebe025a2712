package dev.ringback.identity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import dev.ringback.database.KeptKeys;
import dev.ringback.web.ValidId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// Tokens that travel in pushes, so that an app that is not running, or a service worker, can act on that one call
/// without the user's session.
///
/// Signed with a key of Ringback's own. The claims have short names because a push has little room.
@Component
public class ActionTokens {
    /// How long after the ring's deadline a phone may still act: its answer may be on the way.
    static final Duration GRACE = Duration.ofSeconds(30);
    /// How long after the ring's deadline a phone may read what became of the call.
    static final Duration READABLE = Duration.ofHours(6);

    private static final int KEY_BYTES = 32;
    private static final String CALL = "c";
    private static final String DEVICE = "d";
    private static final String ACT_UNTIL = "a";
    private static final String MAY_ACCEPT = "y";

    private final MACSigner signer;
    private final JwtDecoder decoder;
    private final JsonMapper json;
    private final Clock clock;
    private final boolean allowAccept;

    ActionTokens(KeptKeys keys, ActionTokenSettings settings, JsonMapper json, Clock clock) throws JOSEException {
        var key = new SecretKeySpec(Base64.getDecoder().decode(keys.get("action-token", ActionTokens::random)),
                OwnToken.ALGORITHM);
        this.signer = new MACSigner(key);
        this.decoder = OwnToken.ACTION.decoder(key, ValidId.Check::isValid, clock);
        this.json = json;
        this.clock = clock;
        this.allowAccept = settings.allowAccept();
    }

    /// A token for this user's device and this call: good for `ringing`, `ignore` and `reject` (and `accept`, if the
    /// settings allow that) until 30 s after the deadline, and for reading the call until 6 h after it.
    public String mint(UUID callId, String userId, String deviceId, Instant ringDeadline) {
        return sign(new Claims(userId, callId, deviceId, inSeconds(ringDeadline.plus(GRACE)),
                inSeconds(ringDeadline.plus(READABLE)), null));
    }

    /// The same for all devices of the user, and good for `accept`, too: for a channel on which nothing else proves who
    /// answers.
    public String mintForAnswer(UUID callId, String userId, Instant ringDeadline) {
        return sign(new Claims(userId, callId, null, inSeconds(ringDeadline.plus(GRACE)),
                inSeconds(ringDeadline.plus(READABLE)), true));
    }

    private String sign(Claims claims) {
        var token = new JWSObject(OwnToken.ACTION.header(), new Payload(json.writeValueAsBytes(claims)));
        try {
            token.sign(signer);
        } catch (JOSEException failure) {
            throw new IllegalStateException("no " + OwnToken.ALGORITHM, failure);
        }
        return token.serialize();
    }

    /// In the order and under the names in which they are written.
    ///
    /// @param sub the user
    /// @param c the call
    /// @param d the device; missing when it is good for all of the user's
    /// @param a until when it may act, in seconds
    /// @param exp until when it may read, in seconds
    /// @param y true when it is good for `accept` whatever the settings say, else missing
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Claims(String sub, UUID c, @Nullable String d, long a, long exp, @Nullable Boolean y) {}

    private static String random() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /// @throws org.springframework.security.oauth2.jwt.JwtException when it is not one of ours, or has expired
    Jwt decode(String token) {
        return decoder.decode(token);
    }

    static ActionGrant grant(Jwt token) {
        return new ActionGrant(UUID.fromString(token.getClaimAsString(CALL)), token.getClaimAsString(DEVICE));
    }

    /// What the token allows now.
    Collection<Authority> authorities(Jwt token) {
        var actUntil = Instant.ofEpochSecond(((Number) Objects.requireNonNull(token.getClaim(ACT_UNTIL))).longValue());
        if (clock.instant().isAfter(actUntil)) {
            return EnumSet.of(Authority.READ, Authority.LAPSED);
        }
        var allowed = EnumSet.of(Authority.READ, Authority.RINGING, Authority.IGNORE, Authority.REJECT);
        if (allowAccept || token.hasClaim(MAY_ACCEPT)) {
            allowed.add(Authority.ACCEPT);
        }
        return allowed;
    }

    /// Rounded up: a token never ends too early.
    private static long inSeconds(Instant moment) {
        return moment.plusNanos(999_999_999).getEpochSecond();
    }
}
