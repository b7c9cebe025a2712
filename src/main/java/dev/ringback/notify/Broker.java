package dev.ringback.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One way to users by way of a broker that the operator's clients listen to: what happens to a call is published there at
/// once, in the user's own place, whatever devices the user has registered. Every broker's package declares one as a
/// bean, also when it is off.
///
/// A publication is a delivery like a push: written down in the transaction that made it necessary, sent after its commit,
/// tried again until it is worth nothing, taken over from a node that died. It is not repeated for want of an
/// acknowledgement.
///
/// @param name in the trace, in metrics and in logs
/// @param audience who is told
/// @param withActionTokens whether a ring carries an action token that answers the call, in the broker's own messages
/// @param concurrency how many publications are on their way at once
/// @param timeout how long one may take
/// @param publisher null when the broker is off
public record Broker(String name, Audience audience, boolean withActionTokens, int concurrency, Duration timeout,
        @Nullable Publisher publisher) {

    /// Who is told.
    public enum Audience {
        /// Each party what concerns it, as on a socket.
        PARTIES,
        /// Nobody by name: each change of a call is told once, to whoever may look at the call. The notice is addressed to the
        /// caller, and its type is the call's state.
        CALL
    }

    /// A broker that is not configured.
    public static Broker off(String name) {
        return new Broker(name, Audience.PARTIES, false, 1, Duration.ofSeconds(1), null);
    }

    boolean isOn() {
        return publisher != null;
    }
}
