package dev.ringback.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.ringback.notify.DeliveryLog;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one device was told, and every attempt at it.
record Delivered(@JsonUnwrapped DeliveryLog.Entry entry, List<Attempt> attempts) {

    Delivered {
        attempts = List.copyOf(attempts);
    }

    /// One attempt; the delivery's id stands with the delivery.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Attempt(Instant at, String channel, String platform, String token, String outcome, @Nullable String code,
            @Nullable String providerId, @Nullable Boolean tokenRemoved, int tookMs) {

        Attempt(DeliveryLog.Try attempt) {
            this(attempt.at(), attempt.channel(), attempt.platform(), attempt.token(), attempt.outcome(),
                    attempt.code(), attempt.providerId(), attempt.tokenRemoved() ? true : null, attempt.tookMs());
        }
    }
}
