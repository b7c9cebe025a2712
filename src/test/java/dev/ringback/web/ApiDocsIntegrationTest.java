package dev.ringback.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@IntegrationTest
class ApiDocsIntegrationTest {
    private static final Path KEPT = Path.of("docs", "openapi.json");
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

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
    void jsonThatIsHandedThroughIsDescribedAsAnObject() {
        var schemas = Api.as(port, null).get("/v3/api-docs").mustBe(200).get("components").get("schemas");
        assertThat(List.of(schemas.get("Initiate").get("properties").get("custom"),
                schemas.get("CallSnapshot").get("properties").get("custom"),
                schemas.get("DeadLetter").get("properties").get("event")))
                .allSatisfy(schema -> assertThat(schema.get("type").asString()).isEqualTo("object"));
    }

    /// For whoever makes clients of it without a running service. To write it anew:
    /// `./mvnw test -Dtest=ApiDocsIntegrationTest -DargLine=-Dringback.docs.write=true`.
    @Test
    void theKeptFileIsWhatIsServed() throws IOException {
        var api = (ObjectNode) Api.as(port, null).get("/v3/api-docs").mustBe(200);
        // this one's address
        api.remove("servers");
        var text = SORTED.writerWithDefaultPrettyPrinter().writeValueAsString(SORTED.treeToValue(api, Object.class))
                + "\n";
        if (Boolean.getBoolean("ringback.docs.write")) {
            Files.writeString(KEPT, text);
        }
        assertThat(KEPT).hasContent(text);
    }

    @Test
    void thePageToTryItIsThere() {
        assertThat(Api.as(port, null).get("/swagger-ui/index.html").status()).isEqualTo(200);
    }
}
