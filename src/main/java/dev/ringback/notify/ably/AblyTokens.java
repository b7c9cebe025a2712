package dev.ringback.notify.ably;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ably.lib.rest.AblyRest;
import io.ably.lib.rest.Auth;
import io.ably.lib.types.AblyException;
import io.ably.lib.types.Capability;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Token requests for users: signed here, exchanged at Ably by the client for a token that listens to the user's channel and
/// does nothing else.
final class AblyTokens {
    private static final Duration LONGEST = Duration.ofHours(1);
    /// Ably takes nothing for "an hour".
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final AblyRest ably;
    private final Clock clock;

    AblyTokens(AblyRest ably, Clock clock) {
        this.ably = ably;
        this.clock = clock;
    }

    /// @param until the token ends then at the latest, and after an hour at the latest
    SignedRequest forUser(String userId, Instant until) {
        var now = clock.instant();
        var params = params(AblyNames.channel(userId), now, ttl(Duration.between(now, until)));
        params.clientId = AblyNames.clientId(userId);
        try {
            return SignedRequest.of(ably.auth.createTokenRequest(params, null));
        } catch (AblyException wrong) {
            throw new IllegalStateException("a token request that Ably's library will not sign", wrong);
        }
    }

    /// What is asked for a token for nobody's channel that lasts a second: it shows whether the key is good.
    Auth.TokenParams forNobody() {
        return params("user:", clock.instant(), SHORTEST);
    }

    private static Auth.TokenParams params(String channel, Instant now, Duration ttl) {
        var capability = new Capability();
        capability.addResource(channel, "subscribe");
        var params = new Auth.TokenParams();
        params.capability = capability.toString();
        params.ttl = ttl.toMillis();
        params.timestamp = now.toEpochMilli();
        return params;
    }

    private static Duration ttl(Duration left) {
        if (left.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }

    /// As Ably's client libraries expect it, in their own spelling: ably.com/docs/api/token-request-spec.
    ///
    /// @param ttl of the token, in milliseconds
    /// @param capability as JSON text; its only member is the user's channel
    /// @param timestamp when it was signed, in milliseconds; it can be exchanged for two minutes
    /// @param nonce makes it good for one exchange
    record SignedRequest(@JsonProperty("keyName") String keyName, long ttl, String capability,
            @JsonProperty("clientId") String clientId, long timestamp, String nonce, String mac) {

        static SignedRequest of(Auth.TokenRequest request) {
            return new SignedRequest(request.keyName, request.ttl, request.capability, request.clientId,
                    request.timestamp, request.nonce, request.mac);
        }

        /// Whoever has it can listen.
        @Override
        public String toString() {
            return "SignedRequest[" + keyName + ", ***]";
        }
    }
}
