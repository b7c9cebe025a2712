package dev.ringback.notify;

/// A translator to one [Broker]: a publication becomes the broker's message, the broker's answer an [Outcome].
///
/// As with a [Notifier], deadline, timeout, concurrency, circuit breaker, retry, metrics and the trace are put around it,
/// once for all brokers.
public interface Publisher {

    /// Publishes once and waits until the broker has taken it. Called on a virtual thread, many at a time; those of one call to
    /// one user come one after the other.
    ///
    /// Throws nothing on purpose; an unexpected exception counts as [Outcome.TryLater].
    ///
    /// @throws InterruptedException when it took too long and is given up
    Outcome publish(Publication publication) throws InterruptedException;

    /// Tries the operator's credentials as far as that works without telling anybody anything.
    Notifier.Check check() throws InterruptedException;
}
