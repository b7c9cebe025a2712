package dev.ringback.admin;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.Calls;
import dev.ringback.notify.DeliveryFigures;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What the admin page shows of everybody. What it shows of one user, and of webhooks, it reads where backends do.
@RestController
@RequestMapping("/api/admin")
@Tag(name = "Admin")
class LookController {
    private static final int MAX_PAGE = 100;

    private final Overviews overviews;
    private final Calls calls;
    private final DeliveryFigures deliveries;

    LookController(Overviews overviews, Calls calls, DeliveryFigures deliveries) {
        this.overviews = overviews;
        this.calls = calls;
        this.deliveries = deliveries;
    }

    @Operation(summary = "How many calls there are and how calls and pushes went in the last 15 minutes, on all nodes; and how "
            + "the node is that answers")
    @GetMapping("/overview")
    Overviews.Overview overview() {
        return overviews.latest();
    }

    @Operation(summary = "The calls that ring or are accepted, newest first")
    @GetMapping("/calls")
    LiveCalls calls(@RequestParam(defaultValue = "20") int limit,
            @RequestParam(required = false) @Nullable UUID cursor) {
        check(limit);
        var found = calls.living(cursor, limit + 1);
        return found.size() > limit
                ? new LiveCalls(found.subList(0, limit), found.get(limit - 1).callId())
                : new LiveCalls(found, null);
    }

    @Operation(summary = "Events that did not reach a device, or a broker, and are not tried again, newest first")
    @GetMapping("/dead-deliveries")
    DeliveryFigures.GivenUpPage deadDeliveries(@RequestParam(defaultValue = "20") int limit,
            @RequestParam(required = false) @Nullable UUID cursor) {
        check(limit);
        return deliveries.givenUp(cursor, limit);
    }

    private static void check(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw ProblemException.invalid("limit", "must be from 1 to " + MAX_PAGE);
        }
    }

    /// Some of the living calls.
    ///
    /// @param nextCursor asks for the page after this one; null when there is none
    record LiveCalls(List<CallSnapshot> calls, @Nullable UUID nextCursor) {}
}
