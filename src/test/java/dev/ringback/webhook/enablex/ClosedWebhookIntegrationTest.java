package dev.ringback.webhook.enablex;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// A service that expects no webhook of EnableX.
@IntegrationTest
class ClosedWebhookIntegrationTest {
    @LocalServerPort
    private int port;

    @Test
    void theRouteIsClosedToEverybody() {
        Api.as(port, null).post("/webhooks/enablex", "{}").mustBe(404, "not_found");
        Api.as(port, null).post("/webhooks/enablex", "{}", "Authorization", "Basic Og==").mustBe(404, "not_found");
    }
}
