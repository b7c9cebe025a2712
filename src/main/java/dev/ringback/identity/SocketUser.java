package dev.ringback.identity;

import java.security.Principal;

/// The user of a socket, under a name that Spring's user destinations can carry: they take `%2F` for a slash, so that
/// without the escape a user `a%2Fb` could not connect, or worse, would be taken for `a/b`.
public record SocketUser(Requester requester) implements Principal {

    @Override
    public String getName() {
        return nameOf(requester.userId());
    }

    /// The name under which the sockets of `userId` are known.
    public static String nameOf(String userId) {
        return userId.replace("%", "%25");
    }
}
