package dev.ringback.webhook.enablex;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.webhook.Members;
import dev.ringback.webhook.Strangers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// Hears from EnableX what happens in rooms. Answered as soon as that is written down, which takes one statement; EnableX
/// waits for 5 s. Nothing of the body is looked at before the sender has proved itself.
@RestController
@Tag(name = "Webhooks")
class EnableXWebhookController {
    private final EnableXProof proof;
    private final Strangers strangers;
    private final JsonMapper json;
    private final ApplicationEventPublisher events;

    EnableXWebhookController(EnableXProof proof, Strangers strangers, JsonMapper json,
            ApplicationEventPublisher events) {
        this.proof = proof;
        this.strangers = strangers;
        this.json = json;
        this.events = events;
    }

    @Operation(summary = "EnableX's webhook: a session began or ended in a room, proved by Basic authentication; 404 unless ringback.webhook.enablex is set")
    @PostMapping("/webhooks/enablex")
    void receive(
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization,
            @RequestBody(required = false) byte @Nullable [] sent, HttpServletRequest request,
            HttpServletResponse response) {
        if (proof.isImpossible()) {
            throw new ProblemException(ProblemCode.NOT_FOUND);
        }
        boolean proved = proof.holds(authorization);
        if (!proved) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"ringback\", charset=\"UTF-8\"");
        }
        strangers.refuseUnless(proved, request);
        EnableXEvents.read(Members.of(json, sent == null ? new byte[0] : sent)).ifPresent(events::publishEvent);
    }
}
