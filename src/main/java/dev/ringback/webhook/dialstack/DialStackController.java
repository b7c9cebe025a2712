package dev.ringback.webhook.dialstack;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.webhook.Members;
import dev.ringback.webhook.Strangers;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// DialStack's webhook.
@RestController
@Tag(name = "Webhooks")
class DialStackController {
    private final DialStackSignature signature;
    private final DialStackEvents events;
    private final Strangers strangers;
    private final JsonMapper json;
    private final Clock clock;

    DialStackController(DialStackSettings settings, DialStackEvents events, Strangers strangers, JsonMapper json,
            Clock clock) {
        this.signature = new DialStackSignature(settings.secrets());
        this.events = events;
        this.strangers = strangers;
        this.json = json;
        this.clock = clock;
    }

    @Operation(summary = "Events of DialStack, signed by it; 404 unless ringback.webhook.dialstack.secrets is set")
    @PostMapping("/webhooks/dialstack")
    void received(@RequestHeader(name = "x-dialstack-signature", required = false) @Nullable String header,
            @RequestBody(required = false) byte @Nullable [] sent, HttpServletRequest request) {
        var receivedAt = clock.instant();
        if (signature.secrets().isEmpty()) {
            throw new ProblemException(ProblemCode.NOT_FOUND);
        }
        var body = sent == null ? new byte[0] : sent;
        strangers.refuseUnless(signature.holds(header, body, receivedAt), request);
        events.handle(Members.of(json, body), receivedAt);
    }
}
