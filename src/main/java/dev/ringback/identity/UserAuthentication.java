package dev.ringback.identity;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/// A user whose token was found good, and what it allows. Holds no part of the token itself.
final class UserAuthentication extends AbstractAuthenticationToken {
    private final transient Requester requester;

    UserAuthentication(Requester requester, Collection<Authority> authorities) {
        super(authorities);
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
        return other instanceof UserAuthentication that && requester.equals(that.requester)
                && Set.copyOf(getAuthorities()).equals(Set.copyOf(that.getAuthorities()));
    }

    @Override
    public int hashCode() {
        return requester.hashCode();
    }
}
