package dev.ringback.notify.pusher;

import dev.ringback.notify.Outcome;
import dev.ringback.notify.Outcome.Delivered;
import dev.ringback.notify.Outcome.Refused;
import dev.ringback.notify.Outcome.TryLater;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the HTTP status of an answer says of an event: pusher.com/docs/channels/library_auth_reference/rest-api, *HTTP status
/// codes*, and the same of soketi.
final class PusherErrors {
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private PusherErrors() {}

    /// @param retryAfter the header as it came
    static Outcome outcome(int status, @Nullable String retryAfter) {
        var code = Integer.toString(status);
        return switch (status) {
            // 202 is what older servers of the protocol say
            case 200, 202 -> new Delivered(null);
            // a server in between gave up waiting
            case 408, 429 -> new TryLater(code, delay(retryAfter));
            default -> status >= 500
                    ? new TryLater(code, delay(retryAfter))
                    // our event (400, 413), our signature (401), the app is disabled or over its quota (403), no such app
                    // (404), or a redirect, which is not followed
                    : new Refused(code);
        };
    }

    /// @param failure that kept the server from answering
    static Outcome outcome(@Nullable Throwable failure) {
        return new TryLater(failure instanceof InterruptedIOException ? "timeout" : "connection", null);
    }

    private static @Nullable Duration delay(@Nullable String retryAfter) {
        return retryAfter != null && SECONDS.matcher(retryAfter.strip()).matches()
                ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
                : null;
    }
}
