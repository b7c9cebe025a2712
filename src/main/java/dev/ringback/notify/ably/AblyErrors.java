package dev.ringback.notify.ably;

import dev.ringback.notify.Outcome;
import dev.ringback.notify.Outcome.Refused;
import dev.ringback.notify.Outcome.TryLater;
import io.ably.lib.types.AblyException;
import io.ably.lib.types.ErrorInfo;

/// What Ably's errors mean for an event: ably.com/docs/platform/errors/codes.
final class AblyErrors {
    /// As the library calls it that no host answered; a bare 500 reads the same.
    private static final int NO_ANSWER = 50_000;
    private static final int NO_HOST = 50_002;

    private AblyErrors() {}

    static Outcome outcome(AblyException failure) {
        var error = failure.errorInfo;
        if (error == null || isLibrarys(error)) {
            return new TryLater("connection", null);
        }
        // of an answer without one, the library makes one of the HTTP status: 40300
        var code = Integer.toString(error.code);
        return switch (error.statusCode) {
            // over a rate: 42911 the account's, 42913 the key's, 42917 the channel's. It passes; Ably does not say when
            case 408, 429 -> new TryLater(code, null);
            default -> error.statusCode >= 500
                    ? new TryLater(code, null)
                    // our event (400), the key, its capability or the account's limits (401, 403; 40112 among them)
                    : new Refused(code);
        };
    }

    /// Whether there was no answer, by the library's word for it. For what it does not expect, it takes the code for the status.
    private static boolean isLibrarys(ErrorInfo error) {
        var atOnce = error.code == NO_ANSWER || error.code == NO_HOST;
        return error.statusCode == NO_ANSWER || (error.statusCode == 500 && atOnce);
    }
}
