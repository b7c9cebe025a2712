package dev.ringback.identity;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;

/// Checks bearer tokens where Spring Security's filters do not run: on sockets.
@Component
public class Authenticator {
    private static final String SCHEME = "Bearer ";

    private final JwtDecoder decoder;
    private final RequesterConverter converter;

    Authenticator(JwtDecoder decoder, RequesterConverter converter) {
        this.decoder = decoder;
        this.converter = converter;
    }

    /// The user behind an `Authorization` header, or empty when it proves nobody.
    public Optional<Session> authenticate(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        try {
            var token = decoder.decode(authorization.substring(SCHEME.length()).strip());
            return Optional.ofNullable(token.getExpiresAt())
                    .map(expiresAt -> new Session(new SocketUser(converter.requester(token)), expiresAt));
        } catch (JwtException _) {
            return Optional.empty();
        }
    }

    /// A user and until when the proof is good.
    ///
    public record Session(SocketUser user, Instant expiresAt) {}
}
