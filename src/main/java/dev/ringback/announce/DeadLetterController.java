package dev.ringback.announce;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The events that an endpoint did not take, for the operator.
@RestController
@RequestMapping("/api/webhooks/dead-letters")
@Tag(name = "Webhooks")
class DeadLetterController {
    private static final int MAX_PAGE = 100;

    private final Outbox outbox;
    private final Endpoints endpoints;
    private final Lanes lanes;
    private final Clock clock;

    DeadLetterController(Outbox outbox, Endpoints endpoints, Lanes lanes, Clock clock) {
        this.outbox = outbox;
        this.endpoints = endpoints;
        this.lanes = lanes;
        this.clock = clock;
    }

    @Operation(summary = "The parked events of webhooks, newest first; for server tokens")
    @GetMapping
    Page list(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(defaultValue = "20") int limit, @RequestParam(required = false) @Nullable Long cursor) {
        requester.mustBeServer();
        if (limit < 1 || limit > MAX_PAGE) {
            throw ProblemException.invalid("limit", "must be from 1 to " + MAX_PAGE);
        }
        var found = outbox.parked(cursor == null ? Long.MAX_VALUE : cursor, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        return new Page(page.stream().map(this::shown).toList(), found.size() > limit ? page.getLast().id() : null);
    }

    @Operation(summary = "Send a parked event again; for server tokens")
    @PostMapping("/{id}/resend")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resend(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester, @PathVariable long id) {
        requester.mustBeServer();
        var endpoint = outbox.resend(id, clock.instant())
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is no such parked event."));
        endpoints.withId(endpoint).ifPresent(known -> lanes.look(List.of(known)));
    }

    private Letter shown(Outbox.DeadLetter letter) {
        return new Letter(letter.id(), "msg_" + letter.eventId(),
                endpoints.withId(letter.endpoint()).map(Endpoint::origin).orElse(null), letter.createdAt(),
                letter.parkedAt(), letter.attempts(), letter.code(), letter.body());
    }

    /// Some of the parked events.
    ///
    /// @param nextCursor asks for the page after this one; null when there is none
    @Schema(name = "DeadLetterPage")
    record Page(List<Letter> deadLetters, @Nullable Long nextCursor) {}

    /// A parked event.
    ///
    /// @param endpoint whom it is for, without the path, which may hold a secret; null when that is no longer in the settings
    /// @param code what came of the last attempt
    /// @param event the body
    @Schema(name = "DeadLetter")
    record Letter(long id, String webhookId, @Nullable String endpoint, Instant createdAt, Instant parkedAt,
            int attempts, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String code,
            @JsonRawValue @Schema(types = "object") String event) {}
}
