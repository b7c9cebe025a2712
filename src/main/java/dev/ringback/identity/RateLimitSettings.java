package dev.ringback.identity;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How often one user, or one address, may ask. Each node counts for itself. Tokens with the scope `server` are not
/// limited.
///
/// @param enabled whether anything is limited here
/// @param initiatesPerUser calls that one user may start in a minute; a group call counts once
/// @param initiatesPerPair how often in a minute one user may ring one other: each call and each invitation counts, for
///        each called user
/// @param ringsPerCalledUser how often in a minute one user may be rung, by all callers together
/// @param anonymousPerAddress requests in a minute that one address (of IPv6, one /64 network) may send without a valid
///        token; pages and health do not count
/// @param socketsPerUser sockets that one user may have open on a node; a further one closes the oldest
/// @param waitingSocketsPerAddress sockets of one address that may be open on a node without having connected as a user
@ConfigurationProperties("ringback.rate-limit")
record RateLimitSettings(@DefaultValue("true") boolean enabled, @DefaultValue("30") int initiatesPerUser,
        @DefaultValue("10") int initiatesPerPair, @DefaultValue("60") int ringsPerCalledUser,
        @DefaultValue("60") int anonymousPerAddress, @DefaultValue("50") int socketsPerUser,
        @DefaultValue("100") int waitingSocketsPerAddress) {

    RateLimitSettings {
        mustBePositive("initiates-per-user", initiatesPerUser);
        mustBePositive("initiates-per-pair", initiatesPerPair);
        mustBePositive("rings-per-called-user", ringsPerCalledUser);
        mustBePositive("anonymous-per-address", anonymousPerAddress);
        mustBePositive("sockets-per-user", socketsPerUser);
        mustBePositive("waiting-sockets-per-address", waitingSocketsPerAddress);
    }

    private static void mustBePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("ringback.rate-limit." + name + " must be at least 1");
        }
    }
}
