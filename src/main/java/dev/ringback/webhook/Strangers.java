package dev.ringback.webhook;

import dev.ringback.identity.ClientAddresses;
import dev.ringback.identity.RateLimits;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/// Requests to a webhook that do not prove whose they are: counted by address like all requests that prove nobody.
@Component
public class Strangers {
    private final RateLimits limits;
    private final ClientAddresses addresses;

    Strangers(RateLimits limits, ClientAddresses addresses) {
        this.limits = limits;
        this.addresses = addresses;
    }

    /// Lets a proved request pass, and no other.
    ///
    /// @param proved whether the request proves that it is the platform's
    /// @throws ProblemException `unauthenticated`, or `rate_limited` when the address has tried too often
    public void refuseUnless(boolean proved, HttpServletRequest request) {
        if (!proved) {
            limits.anonymous(addresses.of(request));
            throw new ProblemException(ProblemCode.UNAUTHENTICATED,
                    "The request does not prove whose it is: see docs/webhooks.md.");
        }
    }
}
