package dev.ringback.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ValidId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The HTTP API of calls.
@RestController
@RequestMapping("/api/call")
@Tag(name = "Calls")
class CallController {
    private static final int MAX_PAGE = 100;

    private final CallService service;
    private final Calls calls;
    private final ApplicationEventPublisher events;

    CallController(CallService service, Calls calls, ApplicationEventPublisher events) {
        this.service = service;
        this.calls = calls;
        this.events = events;
    }

    @Operation(summary = "Make the other phones ring")
    @PostMapping("/initiate")
    ResponseEntity<CallerAnswer> initiate(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Initiate request,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        var started = service.initiate(requester, request, idempotencyKey);
        var answer = ResponseEntity.status(HttpStatus.CREATED);
        if (started.replayed()) {
            answer.header("Idempotency-Replayed", "true");
        }
        return answer.body(CallerAnswer.of(started));
    }

    @Operation(summary = "Answer a call; the first device wins")
    @PostMapping("/accept")
    TokenAnswer accept(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Accept request) {
        return TokenAnswer.of(service.accept(requester, request));
    }

    @Operation(summary = "Get a fresh room token; from a called user while it rings the same as accept")
    @PostMapping("/token")
    TokenAnswer token(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Accept request) {
        return TokenAnswer.of(service.token(requester, request));
    }

    @Operation(summary = "Decline, on all devices of the user")
    @PostMapping("/reject")
    CallSnapshot reject(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Reject request) {
        return service.reject(requester, request);
    }

    @Operation(summary = "Silence one device; the others ring on")
    @PostMapping("/ignore")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void ignore(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Ignore request) {
        service.ignore(requester, request);
    }

    @Operation(summary = "Ring people again, or add people while the call lives")
    @PostMapping("/invite")
    CallSnapshot invite(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Invite request) {
        return service.invite(requester, request);
    }

    @Operation(summary = "Give up a call that still rings; the caller only")
    @PostMapping("/cancel")
    CallSnapshot cancel(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Plain request) {
        return service.cancel(requester, request);
    }

    @Operation(summary = "Hang up an accepted call")
    @PostMapping("/end")
    CallSnapshot end(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Plain request) {
        return service.end(requester, request);
    }

    @Operation(summary = "Say that this device really rings")
    @PostMapping("/ringing")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void ringing(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid CallRequests.Plain request) {
        service.ringing(requester, request);
    }

    @Operation(summary = "The calls that ring for or connect the user right now")
    @GetMapping("/active")
    ActiveCalls active(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId,
            @Parameter(description = "the device whose app asks; it is not pushed again") @RequestParam(name = "device_id", required = false) @Nullable String deviceId) {
        var user = requester.actingAs(userId, "user_id");
        if (deviceId != null && !ValidId.Check.isValid(deviceId)) {
            throw ProblemException.invalid("device_id", "is not an id");
        }
        var active = calls.activeOf(user);
        if (deviceId != null) {
            events.publishEvent(new CallsAsked(user, deviceId, active));
        }
        return new ActiveCalls(active);
    }

    @Operation(summary = "The user's calls, newest first")
    @GetMapping
    Calls.Page history(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId,
            @Schema(implementation = CallState.class) @RequestParam(required = false) @Nullable String state,
            @RequestParam(defaultValue = "20") int limit, @RequestParam(required = false) @Nullable UUID cursor) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw ProblemException.invalid("limit", "must be from 1 to " + MAX_PAGE);
        }
        return calls.history(requester.actingAs(userId, "user_id"), state == null ? null : state(state), cursor, limit);
    }

    @Operation(summary = "One call, by its call_id or room_id")
    @GetMapping("/{id}")
    CallSnapshot get(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester, @PathVariable String id) {
        return calls.get(requester, CallRef.parse(requester, id));
    }

    private static CallState state(String word) {
        return Arrays.stream(CallState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid("state", "is not a state of a call"));
    }

    record ActiveCalls(List<CallSnapshot> calls) {}

    /// @param callerToken missing when the provider has none right now, or the call is over
    record CallerAnswer(@JsonUnwrapped CallSnapshot call,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String callerToken) {
        static CallerAnswer of(Initiation.Started started) {
            return new CallerAnswer(started.call(), started.callerToken());
        }
    }

    /// @param token joins the room once, within 15 minutes
    record TokenAnswer(@JsonUnwrapped CallSnapshot call, String token) {
        static TokenAnswer of(CallService.Admission admission) {
            return new TokenAnswer(admission.call(), admission.token());
        }
    }
}
