package dev.ringback.identity;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/// A user whose token was found good. Holds no part of the token itself.
final class UserAuthentication extends AbstractAuthenticationToken {
    private final transient Requester requester;

    UserAuthentication(Requester requester) {
        super(AuthorityUtils.NO_AUTHORITIES);
        this.requester = requester;
        setAuthenticated(true);
    }

    @Override
    public Requester getPrincipal() {
        return requester;
    }

    @Override
    public String getCredentials() {
        return "";
    }

    @Override
    public String getName() {
        return requester.userId();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UserAuthentication that && requester.equals(that.requester);
    }

    @Override
    public int hashCode() {
        return requester.hashCode();
    }
}
