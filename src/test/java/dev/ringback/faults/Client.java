package dev.ringback.faults;

import dev.ringback.support.Api.Answer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// Asks the service as a patient app does: at the other node when one does not answer, until one of them does.
final class Client {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private Client() {}

    /// The first answer that is one: of whatever kind, but not that the service cannot.
    ///
    /// @param firstNode the number of the node that is asked first
    /// @param request asks the node of this number
    static Optional<Answer> ask(int firstNode, IntFunction<Answer> request) {
        long begun = System.nanoTime();
        for (int node = firstNode; System.nanoTime() - begun < PATIENCE_NANOS; node++) {
            try {
                var answer = request.apply(node);
                if (answer.status() < 500) {
                    return Optional.of(answer);
                }
            } catch (UncheckedIOException _) {
                // the node is down, or went down before it answered: what it did nobody knows
            }
            pause(BETWEEN_TRIES);
        }
        return Optional.empty();
    }

    static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
