package dev.ringback.trace;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.Calls;
import dev.ringback.identity.Requester;
import dev.ringback.notify.DeliveryLog;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Answers "why didn't it ring?".
@RestController
@Tag(name = "Calls")
class TraceController {
    private final Calls calls;
    private final Steps steps;
    private final DeliveryLog log;

    TraceController(Calls calls, Steps steps, DeliveryLog log) {
        this.calls = calls;
        this.steps = steps;
        this.log = log;
    }

    @Operation(summary = "The ring trace: every step and every push attempt of a call; for its caller and server tokens. "
            + "Only the latter see that a ring was silenced")
    @GetMapping("/api/call/{id}/trace")
    Trace trace(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester, @PathVariable String id) {
        var call = calls.ofCaller(requester, id);
        var deliveries = Delivered.of(log, call.callId())
                .stream()
                .filter(told -> requester.server() || isForCaller(call, told.entry()))
                .toList();
        var happened = steps.of(call.callId()).stream().map(s -> requester.server() ? s : s.forCaller()).toList();
        return new Trace(call.callId(), Calls.receivedAt(call), call.createdAt(),
                Explanation.of(call, happened, deliveries), call, happened, deliveries);
    }

    /// A ring that was silenced must not show. Of it nothing is delivered but the missed call, which comes alone where no ring
    /// was before it; and at a broker, where everybody is told, it would show by what is not there.
    private static boolean isForCaller(CallSnapshot call, DeliveryLog.Entry entry) {
        if (entry.broker() != null) {
            return entry.userId().equals(call.callerId());
        }
        return !entry.type().equals("call_missed")
                || call.invitationOf(entry.userId()).filter(Invited::isSilenced).isEmpty();
    }

    /// How a call rang.
    ///
    /// @param receivedAt when the request to make it was read
    /// @param createdAt when it began to ring
    /// @param called for each called user, in words, why it rang or did not
    record Trace(UUID callId, Instant receivedAt, Instant createdAt, List<Explanation> called, CallSnapshot call,
            List<Step> steps, List<Delivered> deliveries) {}
}
