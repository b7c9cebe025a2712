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
    private final ActionTokens actions;
    private final RequesterConverter converter;

    Authenticator(JwtDecoder decoder, ActionTokens actions, RequesterConverter converter) {
        this.decoder = decoder;
        this.actions = actions;
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

    /// The user behind an action token, for the one call it is for; empty when it is none of ours, has expired, or does not
    /// allow this command: `ringing`, `ignore`, `reject` or `accept`.
    public Optional<Requester> byActionToken(@Nullable String actionToken, String command) {
        if (actionToken == null || !OwnToken.ACTION.isClaimedBy(actionToken)) {
            return Optional.empty();
        }
        try {
            var asked = converter.convert(actions.decode(actionToken));
            return Authority.forCommand(command)
                    .filter(asked.getAuthorities()::contains)
                    .map(_ -> (Requester) asked.getPrincipal());
        } catch (JwtException _) {
            return Optional.empty();
        }
    }

    /// A user and until when the proof is good.
    public record Session(SocketUser user, Instant expiresAt) {}
}
