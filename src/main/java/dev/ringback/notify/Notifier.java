package dev.ringback.notify;

import dev.ringback.device.Platform;

/// A translator to one push service: a push becomes the provider's request, the provider's answer an [Outcome].
///
/// It knows no call, keeps no state of a delivery and repeats nothing, except where one delivery needs two requests by
/// the provider's own rules. Deadline, timeout, concurrency, circuit breaker, retry, metrics and the trace are put around
/// it, once for all channels.
public interface Notifier {

    /// Whether a token of this platform can be told this at all. What cannot be told is not sent.
    boolean carries(NoticeType type, Platform platform);

    /// Sends one push and waits for the provider's answer. Called on a virtual thread, many at a time.
    ///
    /// Throws nothing on purpose; an unexpected exception counts as [Outcome.TryLater].
    ///
    /// @throws InterruptedException when it took too long and is given up
    Outcome send(Push push) throws InterruptedException;

    /// Tries the operator's credentials as far as that works without a device.
    Check check() throws InterruptedException;

    /// What trying the credentials showed.
    ///
    /// @param ok whether pushes can be expected to go out
    /// @param message what works or what is wrong and how to mend it, in words; holds no secret
    record Check(boolean ok, String message) {}
}
