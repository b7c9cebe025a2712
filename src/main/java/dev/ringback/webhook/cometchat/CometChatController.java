package dev.ringback.webhook.cometchat;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.webhook.Members;
import dev.ringback.webhook.Strangers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// CometChat's webhook, under the address of its guide and under one like the others'.
@RestController
@Tag(name = "Webhooks")
class CometChatController {
    private final CometChatProof proof;
    private final CometChatEvents events;
    private final Strangers strangers;
    private final JsonMapper json;
    private final Clock clock;

    CometChatController(CometChatProof proof, CometChatEvents events, Strangers strangers, JsonMapper json,
            Clock clock) {
        this.proof = proof;
        this.events = events;
        this.strangers = strangers;
        this.json = json;
        this.clock = clock;
    }

    @Operation(summary = "Events of CometChat, proved by Basic authentication or a signature; 404 unless ringback.webhook.cometchat is set")
    @PostMapping({"/webhooks/cometchat", "/webhook/cometchat/call-received"})
    void received(
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestHeader(name = "x-cometchat-signature", required = false) @Nullable String signature,
            @RequestBody(required = false) byte @Nullable [] sent, HttpServletRequest request) {
        var receivedAt = clock.instant();
        if (proof.isImpossible()) {
            throw new ProblemException(ProblemCode.NOT_FOUND);
        }
        var body = sent == null ? new byte[0] : sent;
        strangers.refuseUnless(proof.holds(authorization, signature, body), request);
        events.handle(Members.of(json, body), receivedAt);
    }
}
