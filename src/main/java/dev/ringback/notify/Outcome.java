package dev.ringback.notify;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a push ended at its provider, named by what is to be done about it.
public sealed interface Outcome {

    /// The provider has taken it. That is no proof that anything rings.
    ///
    /// @param providerId the provider's own name for it, where it gives one
    record Delivered(@Nullable String providerId) implements Outcome {}

    /// The token reaches nobody any more: remove it.
    ///
    /// @param code the provider's word
    /// @param since when the provider found out, where it says; a token that was registered later lives
    record DeadToken(String code, @Nullable Instant since) implements Outcome {}

    /// The provider will not take it, and that is not the token's fault: credentials, topic, our message. Keep the
    /// token, tell the operator, do not repeat.
    ///
    /// @param code the provider's word
    record Refused(String code) implements Outcome {}

    /// It was taken, and nobody is there to hear it, nor will anybody who comes later: it is tried a few times more, and then
    /// nobody listens. For brokers that say so.
    ///
    /// @param code the broker's word
    record Unheard(String code) implements Outcome {}

    /// It did not work now.
    ///
    /// @param code the provider's word, or ours: `timeout`, `connection`
    /// @param after not before this time has passed, where the provider says so
    record TryLater(String code, @Nullable Duration after) implements Outcome {}
}
