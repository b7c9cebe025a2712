package dev.ringback.trace;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.ringback.identity.Requester;
import dev.ringback.notify.DeliveryLog;
import dev.ringback.notify.ForeignCall;
import dev.ringback.notify.ForeignEnd;
import dev.ringback.notify.WakeUps;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Answers "why didn't it ring?" of calls that other platforms keep.
@RestController
@Tag(name = "Webhooks")
class WakeUpTraceController {
    private final WakeUps wakeUps;
    private final DeliveryLog log;

    WakeUpTraceController(WakeUps wakeUps, DeliveryLog log) {
        this.wakeUps = wakeUps;
        this.log = log;
    }

    @Operation(summary = "The trace of a call that another platform keeps, from its request to each push; server tokens only")
    @GetMapping("/api/wake-ups/{platform}/{id}/trace")
    WakeUpTrace trace(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @PathVariable String platform, @PathVariable String id) {
        requester.mustBeServer();
        var call = wakeUps.find(new ForeignCall(platform, id))
                .orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND));
        var rings = wakeUps.ringsOf(call.callId());
        return new WakeUpTrace(call.callId(), platform, id, call.receivedAt(), call.endedAt(), call.how(), rings,
                Delivered.of(log, call.callId())
                        .stream()
                        .map(told -> Told.of(told, askedAt(told, call, rings)))
                        .toList());
    }

    /// When the request was read that made this necessary.
    private static Instant askedAt(Delivered told, WakeUps.Known call, List<WakeUps.Ring> rings) {
        var endedAt = call.endedAt();
        return endedAt != null && !told.entry().type().equals("incoming_call")
                ? endedAt
                : rings.stream()
                        .filter(ring -> ring.userId().equals(told.entry().userId()))
                        .findFirst()
                        .map(WakeUps.Ring::receivedAt)
                        .orElse(call.receivedAt());
    }

    /// How a call rang that another platform keeps.
    ///
    /// @param callId made of the platform and its id
    /// @param receivedAt when the first request about it was read
    /// @param endedAt when the platform said that it rings no more
    /// @param endedHow what it then said
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WakeUpTrace(UUID callId, String platform, String id, Instant receivedAt, @Nullable Instant endedAt,
            ForeignEnd.@Nullable How endedHow, List<WakeUps.Ring> rings, List<Told> deliveries) {}

    /// What one device was told, and every attempt at it.
    record Told(@JsonUnwrapped DeliveryLog.Entry entry, List<Timed> attempts) {

        static Told of(Delivered told, Instant askedAt) {
            return new Told(told.entry(), told.attempts()
                    .stream()
                    .map(attempt -> new Timed(attempt, Duration.between(askedAt, attempt.at()).toMillis()))
                    .toList());
        }
    }

    /// One attempt.
    ///
    /// @param afterMs when it began, in milliseconds since the request was read
    record Timed(@JsonUnwrapped Delivered.Attempt attempt, long afterMs) {}
}
