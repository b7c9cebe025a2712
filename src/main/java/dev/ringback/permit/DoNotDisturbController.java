package dev.ringback.permit;

import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The HTTP API of do-not-disturb. A `server` token names the user for whom it acts as `user_id` in the query.
@RestController
@RequestMapping("/api/do-not-disturb")
@Tag(name = "Blocks")
class DoNotDisturbController {
    /// RFC 3339 has four digits for a year.
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private final DoNotDisturb doNotDisturb;

    DoNotDisturbController(DoNotDisturb doNotDisturb) {
        this.doNotDisturb = doNotDisturb;
    }

    @Operation(summary = "Ring nobody on the user's devices until then; null, or a moment that is over, ends it")
    @PutMapping
    State set(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestBody @Valid Change request,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        var user = requester.actingAs(userId, "user_id");
        var until = request.until();
        if (until == null) {
            doNotDisturb.end(user);
        } else {
            doNotDisturb.set(user, moment(until));
        }
        return state(user);
    }

    @Operation(summary = "Until when the user's devices are left alone; null when they are not")
    @GetMapping
    State get(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        return state(requester.actingAs(userId, "user_id"));
    }

    @Operation(summary = "Let the user's devices ring again")
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void end(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        doNotDisturb.end(requester.actingAs(userId, "user_id"));
    }

    private State state(String userId) {
        return new State(doNotDisturb.of(userId).orElse(null));
    }

    private static Instant moment(String text) {
        try {
            var moment = OffsetDateTime.parse(text).toInstant();
            if (!moment.isAfter(LATEST)) {
                return moment;
            }
        } catch (DateTimeParseException _) {
            // said below, as what is too late
        }
        throw ProblemException.invalid("until", "must be a moment in the form of RFC 3339, or null");
    }

    /// @param until a moment in the form of RFC 3339, or null
    record Change(@Nullable String until) {}

    /// @param until null when the user's devices ring
    record State(@Nullable Instant until) {}
}
