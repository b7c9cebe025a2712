package dev.ringback.admin;

import dev.ringback.identity.RateLimits;
import dev.ringback.notify.TestRings;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ValidId;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Rings a device to see whether it does.
@RestController
@Tag(name = "Admin")
class TestRingController {
    private final TestRings rings;
    private final RateLimits limits;

    TestRingController(TestRings rings, RateLimits limits) {
        this.rings = rings;
        this.limits = limits;
    }

    @Operation(summary = "Ring one device for 15 s by its push service, without a call, and say what that answered")
    @PostMapping("/api/admin/test-rings")
    TestRings.TestRing ring(@RequestBody @Valid RingDevice request) throws InterruptedException {
        limits.testRing(request.userId());
        var ring = rings.ring(request.userId(), request.deviceId());
        if (ring.tries().isEmpty()) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "The user has no such device.");
        }
        return ring;
    }

    /// @param userId whose device it is
    record RingDevice(@NotNull @ValidId String userId, @NotNull @ValidId String deviceId) {}
}
