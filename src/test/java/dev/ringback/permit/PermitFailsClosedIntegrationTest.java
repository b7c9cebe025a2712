package dev.ringback.permit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/// An operator who wants no call that his backend has not allowed, and whose backend is dead.
@IntegrationTest
@TestPropertySource(properties = {"ringback.permit.url=http://127.0.0.1:9/may-ring",
        "ringback.permit.on-failure=deny"})
class PermitFailsClosedIntegrationTest {
    @LocalServerPort
    private int port;

    @Test
    void nothingRingsWhileTheBackendIsAway() {
        var refused = Api.user(port, "alice").post("/api/call/initiate", "{\"called_id\":\"bob\"}");
        refused.mustBe(503, "unavailable");
        assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(Api.user(port, "bob").get("/api/call").mustBe(200).get("calls")).isEmpty();
    }
}
