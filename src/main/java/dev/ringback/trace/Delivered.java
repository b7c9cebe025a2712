package dev.ringback.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.ringback.notify.DeliveryLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What one device was told, and every attempt at it.
///
/// @param wakeMs from its first push until its app connected, or asked what rings, in milliseconds; null where it did not, or
///        came before any push
record Delivered(@JsonUnwrapped DeliveryLog.Entry entry, List<Attempt> attempts, @Nullable Long wakeMs) {

    Delivered {
        attempts = List.copyOf(attempts);
    }

    Delivered(DeliveryLog.Entry entry, List<Attempt> attempts) {
        this(entry, attempts, wakeMs(entry.wokeAt(), attempts));
    }

    /// Of a delivery to a device.
    String deviceId() {
        return Objects.requireNonNull(entry.deviceId(), "it went to a broker");
    }

    /// A push that is still under way may have woken the app before its provider answers.
    private static @Nullable Long wakeMs(@Nullable Instant wokeAt, List<Attempt> attempts) {
        return wokeAt == null
                ? null
                : attempts.stream()
                        .filter(attempt -> attempt.outcome().equals("delivered") && !attempt.at().isAfter(wokeAt))
                        .findFirst()
                        .map(push -> Duration.between(push.at(), wokeAt).toMillis())
                        .orElse(null);
    }

    /// All that devices were told of a call, in the order in which it was planned.
    static List<Delivered> of(DeliveryLog log, UUID callId) {
        var tries = log.triesOf(callId).stream().collect(Collectors.groupingBy(DeliveryLog.Try::deliveryId));
        return log.deliveriesOf(callId)
                .stream()
                .map(entry -> new Delivered(entry,
                        tries.getOrDefault(entry.deliveryId(), List.of()).stream().map(Attempt::new).toList()))
                .toList();
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
