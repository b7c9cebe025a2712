package dev.ringback.notify.fcm;

import com.google.firebase.messaging.FirebaseMessagingException;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Outcome.DeadToken;
import dev.ringback.notify.Outcome.Refused;
import dev.ringback.notify.Outcome.TryLater;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What FCM's errors mean for the push and its token. Codes: firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode;
/// their shapes: firebase.google.com/docs/cloud-messaging/error-codes.
final class FcmErrors {
    /// *Message rate exceeded … wait at least one minute* (firebase.google.com/docs/cloud-messaging/scale-fcm).
    private static final Duration QUOTA_PAUSE = Duration.ofMinutes(1);

    /// The page's second example: a wrong token without a field that is named.
    private static final String NO_TOKEN = "not a valid FCM registration token";

    /// A success that is not FCM's, from whatever stands between.
    static final TryLater UNREADABLE = new TryLater("unreadable", null);

    private FcmErrors() {}

    static Outcome outcome(FirebaseMessagingException failure) {
        var answer = ErrorAnswer.in(failure);
        if (answer != null) {
            return outcome(answer);
        }
        return failure.getHttpResponse() == null ? new TryLater("connection", null) : UNREADABLE;
    }

    static Outcome outcome(ErrorAnswer answer) {
        return switch (answer.code()) {
            case "UNREGISTERED" -> new DeadToken("UNREGISTERED", null);
            case "SENDER_ID_MISMATCH" -> new DeadToken("SENDER_ID_MISMATCH", null);
            case "INVALID_ARGUMENT" -> blamesToken(answer)
                    ? new DeadToken("INVALID_ARGUMENT", null)
                    : new Refused("INVALID_ARGUMENT");
            case "THIRD_PARTY_AUTH_ERROR" -> new Refused("THIRD_PARTY_AUTH_ERROR");
            case "QUOTA_EXCEEDED" -> afterQuotaPause(answer);
            case "UNAVAILABLE", "INTERNAL" -> new TryLater(answer.code(), answer.retryAfter());
            default -> byStatus(answer);
        };
    }

    /// A 404 without a word of FCM's own is no dead token: so answers Google to an unknown project, and any other server
    /// to a wrong `base-url`.
    private static Outcome byStatus(ErrorAnswer answer) {
        var status = answer.status();
        if (status == 429) {
            return afterQuotaPause(answer);
        }
        if (status == 408 || status >= 500) {
            return new TryLater(answer.code(), answer.retryAfter());
        }
        return new Refused(answer.code());
    }

    /// Any other wrong field is our own mistake.
    static boolean blamesToken(ErrorAnswer answer) {
        return answer.wrongFields().anyMatch("message.token"::equals) || answer.words().contains(NO_TOKEN);
    }

    private static TryLater afterQuotaPause(ErrorAnswer answer) {
        return new TryLater(answer.code(), longer(QUOTA_PAUSE, answer.retryAfter()));
    }

    private static Duration longer(Duration pause, @Nullable Duration asked) {
        return asked == null || asked.compareTo(pause) < 0 ? pause : asked;
    }
}
