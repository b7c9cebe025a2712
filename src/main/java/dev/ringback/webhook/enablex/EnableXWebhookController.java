package dev.ringback.webhook.enablex;

import dev.ringback.identity.ClientAddresses;
import dev.ringback.identity.RateLimits;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Hears from EnableX what happens in rooms. Answered as soon as that is written down, which takes one statement; EnableX
/// waits for 5 s. Nothing of the body is looked at before the sender has proved itself.
@RestController
@Tag(name = "Webhooks")
class EnableXWebhookController {
    private final BasicProof proof;
    private final RateLimits limits;
    private final ClientAddresses addresses;
    private final JsonMapper json;
    private final ApplicationEventPublisher events;

    EnableXWebhookController(BasicProof proof, RateLimits limits, ClientAddresses addresses, JsonMapper json,
            ApplicationEventPublisher events) {
        this.proof = proof;
        this.limits = limits;
        this.addresses = addresses;
        this.json = json;
        this.events = events;
    }

    @Operation(summary = "EnableX's webhook: a session began or ended in a room (HTTP Basic)")
    @PostMapping("/webhooks/enablex")
    @ResponseStatus(HttpStatus.OK)
    void receive(HttpServletRequest request, HttpServletResponse response) throws IOException {
        check(request, response);
        EnableXEvents.read(body(request)).ifPresent(events::publishEvent);
    }

    private void check(HttpServletRequest request, HttpServletResponse response) {
        if (!proof.isConfigured()) {
            throw new ProblemException(ProblemCode.NOT_FOUND);
        }
        if (!proof.isGivenBy(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            limits.anonymous(addresses.of(request));
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"ringback\", charset=\"UTF-8\"");
            throw new ProblemException(ProblemCode.UNAUTHENTICATED, "The webhook's user name and password are needed.");
        }
    }

    private JsonNode body(HttpServletRequest request) throws IOException {
        var body = json.readTree(request.getInputStream());
        if (!body.isObject()) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "The body must be a JSON object.");
        }
        return body;
    }
}
