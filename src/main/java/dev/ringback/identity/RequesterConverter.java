package dev.ringback.identity;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

/// Reads who asks from a token that was found good.
@Component
class RequesterConverter implements Converter<Jwt, AbstractAuthenticationToken> {
    private static final String SERVER_SCOPE = "server";

    private final ActionTokens actions;

    RequesterConverter(ActionTokens actions) {
        this.actions = actions;
    }

    @Override
    public AbstractAuthenticationToken convert(Jwt token) {
        if (OwnToken.ADMIN.is(token)) {
            return new UserAuthentication(new Requester(AdminTokens.SUBJECT, null, true), List.of(Authority.ADMIN));
        }
        if (!OwnToken.ACTION.is(token)) {
            var user = requester(token);
            return new UserAuthentication(user,
                    user.server() ? List.of(Authority.USER, Authority.ADMIN) : List.of(Authority.USER));
        }
        var requester = new Requester(Objects.requireNonNull(token.getSubject()), null, false,
                ActionTokens.grant(token));
        return new UserAuthentication(requester, actions.authorities(token));
    }

    /// Who asks by a user's own token.
    Requester requester(Jwt token) {
        var name = token.getClaim("name") instanceof String text ? SafeText.name(text) : null;
        return new Requester(Objects.requireNonNull(token.getSubject()), name, scopes(token).contains(SERVER_SCOPE));
    }

    /// `scope` is a space-separated text (RFC 8693 section 4.2); some issuers write `scp`, or a list.
    private static Collection<?> scopes(Jwt token) {
        Object scopes = token.hasClaim("scope") ? token.getClaim("scope") : token.getClaim("scp");
        return switch (scopes) {
            case String text -> Arrays.asList(text.split(" "));
            case Collection<?> list -> list;
            case null, default -> List.of();
        };
    }
}
