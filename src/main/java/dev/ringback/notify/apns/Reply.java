package dev.ringback.notify.apns;

import com.eatthepath.pushy.apns.PushNotificationResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What came back for one request.
sealed interface Reply {

    static Reply of(PushNotificationResponse<?> response) {
        return response.isAccepted()
                ? new Taken(Optional.ofNullable(response.getApnsId()).map(UUID::toString).orElse(null))
                : new Rejected(
                        response.getStatusCode(),
                        response.getRejectionReason().orElse("HTTP " + response.getStatusCode()),
                        response.getTokenInvalidationTimestamp().orElse(null));
    }

    /// Apple has taken it.
    ///
    /// @param apnsId the push's name at Apple: the one that it was given
    record Taken(@Nullable String apnsId) implements Reply {}

    /// Apple will not take it.
    ///
    /// @param reason Apple's word
    /// @param since when Apple found the token to be invalid
    record Rejected(int status, String reason, @Nullable Instant since) implements Reply {}

    /// No connection, or it broke before there was an answer.
    record Lost() implements Reply {}
}
