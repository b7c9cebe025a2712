package dev.ringback.notify.webpush;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Tells browsers what to subscribe to.
@RestController
@Tag(name = "Push", description = "Where push services reach the user's devices")
class VapidKeyController {
    private final VapidKeys keys;

    VapidKeyController(VapidKeys keys) {
        this.keys = keys;
    }

    @Operation(summary = "The applicationServerKey of a browser's subscription")
    @SecurityRequirements
    @GetMapping("/api/push/vapid-public-key")
    Key key() {
        return new Key(keys.publicKey());
    }

    /// @param key base64url of the uncompressed P-256 point, without padding
    record Key(String key) {}
}
