package dev.ringback.identity;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ValidId;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/// Who asks.
///
/// @param userId the token's subject
/// @param name the display name the token vouches for, already cleaned; null when it has none
/// @param server whether the token may act for any user (scope `server`)
/// @param grant of an action token: the one call it is for; null for a user's own token, which has no such bounds
public record Requester(String userId, @Nullable String name, boolean server, @Nullable ActionGrant grant) {

    /// With a user's own token.
    public Requester(String userId, @Nullable String name, boolean server) {
        this(userId, name, server, null);
    }

    /// The user for whom the request acts: the requester, or for a `server` token the user that the body names.
    ///
    /// @param named the user named in the body under `member`, or null
    /// @throws ProblemException `user_mismatch` when the body names somebody else, `invalid_request` when a server token
    ///        names nobody
    public String actingAs(@Nullable String named, String member) {
        if (server) {
            if (named == null || !ValidId.Check.isValid(named)) {
                throw ProblemException.invalid(member, "must name a user: a server token acts for one");
            }
            return named;
        }
        if (named != null && !named.equals(userId)) {
            throw new ProblemException(ProblemCode.USER_MISMATCH,
                    member + " must be the user of the token, or left out");
        }
        return userId;
    }

    /// The device on which the request acts: an action token's own.
    ///
    /// @param named the device named in the body, or null
    /// @throws ProblemException `forbidden` when an action token is used for another device
    public @Nullable String actingOn(@Nullable String named) {
        if (grant == null || grant.deviceId() == null) {
            return named;
        }
        if (named != null && !named.equals(grant.deviceId())) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "This token is for another device.");
        }
        return grant.deviceId();
    }

    /// Refuses everybody but the operator's own backend.
    ///
    /// @throws ProblemException `forbidden` without the `server` scope
    public void mustBeServer() {
        if (!server) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "This needs a token with the scope server.");
        }
    }

    /// The name others see: the token's own wins, so that nobody borrows a name; then the one asked for; then the user
    /// id.
    ///
    /// @param asked the name in the body, or null
    public String displayName(@Nullable String asked, String actingUser) {
        if (name != null && !server) {
            return name;
        }
        var cleaned = SafeText.name(asked);
        return cleaned == null ? actingUser : cleaned;
    }

    /// The requester behind a socket's principal.
    ///
    /// @throws ProblemException `unauthenticated` when the principal is not one of ours
    public static Requester of(@Nullable Principal principal) {
        if (principal instanceof

        SocketUser(var requester)) {
            return requester;
        }
        throw new ProblemException(ProblemCode.UNAUTHENTICATED);
    }
}
