package dev.ringback.identity;

import dev.ringback.web.ProblemException;
import dev.ringback.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/// Counts, by address, the requests that prove nobody: those on the routes of the API that are open to all, before any
/// work is done for them, and those that are answered 401 (by [#count]). A good token passes whatever its neighbours do.
///
/// A socket proves its user only after the handshake, so that the handshake itself costs nothing, but an address that has
/// nothing left gets none.
final class AnonymousRequests extends OncePerRequestFilter {
    private static final Set<String> COUNTED = Set.of("/api/push/renew", "/api/push/vapid-public-key", "/demo/token");
    private static final String HANDSHAKE = "/ws";

    private final RateLimits limits;
    private final ClientAddresses addresses;
    private final ProblemWriter problems;

    AnonymousRequests(RateLimits limits, ClientAddresses addresses, ProblemWriter problems) {
        this.limits = limits;
        this.addresses = addresses;
        this.problems = problems;
    }

    /// @throws ProblemException `rate_limited`
    void count(HttpServletRequest request) {
        limits.anonymous(addresses.of(request));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            check(request);
        } catch (ProblemException tooMany) {
            problems.write(response, tooMany);
            return;
        }
        chain.doFilter(request, response);
    }

    private void check(HttpServletRequest request) {
        var path = request.getServletPath();
        if (COUNTED.contains(path) && !isSomebody()) {
            count(request);
        } else if (path.equals(HANDSHAKE)) {
            limits.mayBeAnonymous(addresses.of(request));
        }
    }

    private static boolean isSomebody() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof UserAuthentication;
    }
}
