package dev.ringback.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@IntegrationTest
class ApiDocsIntegrationTest {
    @LocalServerPort
    private int port;

    @Test
    void everyRouteIsDescribed() {
        var api = Api.as(port, null).get("/v3/api-docs").mustBe(200);
        assertThat(api.get("paths").propertyNames()).contains("/api/call/initiate", "/api/call/accept",
                "/api/call/token", "/api/call/reject", "/api/call/ignore", "/api/call/invite", "/api/call/cancel",
                "/api/call/end", "/api/call/ringing", "/api/call/active", "/api/call/{id}", "/api/call",
                "/api/push/register", "/api/push/unregister", "/api/push/subscribe", "/api/push/unsubscribe",
                "/api/push/devices", "/api/blocks", "/api/blocks/{blocked_id}", "/api/do-not-disturb",
                "/webhooks/enablex", "/api/pusher/auth", "/api/pusher/channel", "/api/ably/token");
        var platforms = api.get("components").get("schemas").get("Register").get("properties").get("platform");
        assertThat(platforms.get("enum").valueStream().map(JsonNode::asString)).contains("ios", "fcm-web");
        var initiate = api.get("components").get("schemas").get("Initiate").get("properties");
        assertThat(initiate.propertyNames()).contains("called_id", "called_ids", "ring_timeout", "token_delivery");
        assertThat(api.get("components").get("securitySchemes").propertyNames()).contains("user_token");
    }

    @Test
    void thePageToTryItIsThere() {
        assertThat(Api.as(port, null).get("/swagger-ui/index.html").status()).isEqualTo(200);
    }
}
