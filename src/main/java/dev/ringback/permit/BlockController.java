package dev.ringback.permit;

import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ValidId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The HTTP API of blocks. A `server` token names the user for whom it acts as `user_id` in the query.
@RestController
@RequestMapping("/api/blocks")
@Tag(name = "Blocks")
class BlockController {
    private final Blocks blocks;

    BlockController(Blocks blocks) {
        this.blocks = blocks;
    }

    @Operation(summary = "Block a user: calls of theirs ring nobody, and look to them like no answer")
    @PutMapping("/{blocked_id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void block(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @PathVariable("blocked_id") String blockedId,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        var user = requester.actingAs(userId, "user_id");
        if (user.equals(checked(blockedId))) {
            throw ProblemException.invalid("blocked_id", "must be another user");
        }
        if (!blocks.add(user, blockedId)) {
            throw new ProblemException(ProblemCode.TOO_MANY_BLOCKS);
        }
    }

    @Operation(summary = "Let a user call again; nothing happens when they are not blocked")
    @DeleteMapping("/{blocked_id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unblock(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @PathVariable("blocked_id") String blockedId,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        blocks.remove(requester.actingAs(userId, "user_id"), checked(blockedId));
    }

    @Operation(summary = "Whether a user is blocked: 200 if so, else 404")
    @GetMapping("/{blocked_id}")
    Blocks.Block get(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @PathVariable("blocked_id") String blockedId,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        return blocks.find(requester.actingAs(userId, "user_id"), checked(blockedId))
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "This user is not blocked."));
    }

    @Operation(summary = "Whom the user has blocked, the last one first")
    @GetMapping
    UsersBlocks all(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        return new UsersBlocks(blocks.of(requester.actingAs(userId, "user_id")));
    }

    private static String checked(String blockedId) {
        if (!ValidId.Check.isValid(blockedId)) {
            throw ProblemException.invalid("blocked_id", ValidId.MESSAGE);
        }
        return blockedId;
    }

    record UsersBlocks(List<Blocks.Block> blocks) {}
}
