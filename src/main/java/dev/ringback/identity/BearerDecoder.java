package dev.ringback.identity;

import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/// Checks the three kinds of tokens that HTTP takes, each by its own key. Sockets take user tokens only, and so never come
/// here. Not a bean: there is one [JwtDecoder] for everybody else, that of user tokens.
record BearerDecoder(JwtDecoder users, ActionTokens actions, AdminTokens admins) implements JwtDecoder {

    @Override
    public Jwt decode(String token) {
        if (OwnToken.ADMIN.isClaimedBy(token)) {
            return admins.decode(token);
        }
        return OwnToken.ACTION.isClaimedBy(token) ? actions.decode(token) : users.decode(token);
    }
}
