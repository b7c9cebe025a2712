package dev.ringback.notify.ably;

import dev.ringback.identity.Authenticator;
import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Lets users into their own channel and into no other. Without an Ably key there is nothing here.
@RestController
@Tag(name = "Ably")
class AblyController {
    private final ObjectProvider<AblyTokens> tokens;
    private final Authenticator authenticator;

    AblyController(ObjectProvider<AblyTokens> tokens, Authenticator authenticator) {
        this.tokens = tokens;
        this.authenticator = authenticator;
    }

    /// What else Ably's client libraries add to the query (`clientId`, `capability`, `ttl`) changes nothing.
    @Operation(summary = "A token request that the user's client exchanges at Ably for a token: it listens to the user's own"
            + " channel for an hour at most, and not longer than the asker's token is good")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(types = "object", description = "Ably's TokenRequest in its own spelling: keyName, ttl, capability, clientId, timestamp, nonce, mac")))
    @GetMapping("/api/ably/token")
    AblyTokens.SignedRequest token(@Parameter(hidden = true) @AuthenticationPrincipal Requester requester,
            @Parameter(hidden = true) @RequestHeader(HttpHeaders.AUTHORIZATION) String authorization,
            @RequestParam(name = "user_id", required = false) @Nullable String userId) {
        var signer = tokens.getIfAvailable();
        if (signer == null) {
            throw new ProblemException(ProblemCode.NOT_FOUND);
        }
        var session = authenticator.authenticate(authorization)
                .orElseThrow(() -> new ProblemException(ProblemCode.UNAUTHENTICATED));
        return signer.forUser(requester.actingAs(userId, "user_id"), session.expiresAt());
    }
}
