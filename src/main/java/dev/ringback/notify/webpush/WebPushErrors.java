package dev.ringback.notify.webpush;

import dev.ringback.net.AddressNotAllowed;
import dev.ringback.notify.Outcome;
import java.io.InterruptedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a push service's HTTP status says of a subscription: RFC 8030 sections 5, 7.3 and 8.4, RFC 8292 section 4.2.
final class WebPushErrors {
    /// The endpoint is none of a push service's, or its host leads into a private network: RFC 8030 section 8.
    static final Outcome ADDRESS_NOT_ALLOWED = new Outcome.Refused("address_not_allowed");
    static final Outcome KEYS_NOT_USABLE = new Outcome.Refused("subscription_keys");

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private WebPushErrors() {}

    /// @param messageName under which the service keeps the message, where it says so
    /// @param retryAfter the header as it came
    static Outcome outcome(int status, @Nullable String messageName, @Nullable String retryAfter, Instant now) {
        var code = Integer.toString(status);
        return switch (status) {
            // taken; 200 is what some services say, 202 that a receipt will follow
            case 200, 201, 202 -> new Outcome.Delivered(messageName);
            // no such subscription, or no longer
            case 404, 410 -> new Outcome.DeadToken(code, null);
            // not before the service's time
            case 429 -> new Outcome.TryLater(code, delay(retryAfter, now));
            // the endpoint is what the browser was given: it does not move
            case 301, 302, 303, 307, 308 -> new Outcome.Refused("redirect");
            default -> status >= 500
                    ? new Outcome.TryLater(code, delay(retryAfter, now))
                    // our headers (400), our key or token (401, 403), too large (413), or nothing that the RFCs know
                    : new Outcome.Refused(code);
        };
    }

    /// @param failure that kept the service from answering, or our own guard from asking it
    static Outcome outcome(@Nullable Throwable failure) {
        if (AddressNotAllowed.isBehind(failure)) {
            return ADDRESS_NOT_ALLOWED;
        }
        return new Outcome.TryLater(failure instanceof InterruptedIOException ? "timeout" : "connection", null);
    }

    private static @Nullable Duration delay(@Nullable String retryAfter, Instant now) {
        if (retryAfter == null) {
            return null;
        }
        var text = retryAfter.strip();
        if (SECONDS.matcher(text).matches()) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            var until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
        } catch (DateTimeException _) {
            return null;
        }
    }
}
