package dev.ringback.gateway.mqtt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// One connection to the broker, in either version of the protocol. It is used once: who has lost it makes a new one, so that
/// nothing that was meant for one connection is sent on the next.
interface Wire {

    /// Whom to hand what comes. To be said before [#connect()], since what the broker has kept comes at once.
    void hear(Listener listener, Executor executor);

    /// Hears one message after the other.
    interface Listener {
        /// Called in the order in which they came, never two at a time.
        ///
        /// @param acknowledge lets the broker forget the message; nothing happens when the connection that it came by is
        ///        gone
        void heard(String topic, byte[] payload, Runnable acknowledge);
    }

    /// Done when the broker has let us in.
    CompletableFuture<?> connect();

    /// Done when the broker has granted the subscription.
    CompletableFuture<?> subscribe(String filter);

    /// Done when the broker has taken the message: false when it says that nobody listens.
    CompletableFuture<Boolean> publish(Message message);

    /// Ends the connection in order, without a will.
    CompletableFuture<?> disconnect();
}
