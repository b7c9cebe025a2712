package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.socket.WebSocketHttpHeaders;

/// Pages of named origins may talk to the API and open sockets, all others may not; and metrics, where the operator wants
/// them, are on a port of their own.
@IntegrationTest
@TestPropertySource(properties = {"ringback.http.allowed-origins=https://app.example.com",
        "management.server.port=0", "management.server.address=127.0.0.1",
        "management.endpoints.web.exposure.include=health,metrics"})
class OtherOriginsIntegrationTest {
    private static final String APP = "https://app.example.com";

    @LocalServerPort
    private int port;
    @LocalManagementPort
    private int managementPort;
    @Value("${management.server.address}")
    private String managementAddress = "";

    @ParameterizedTest
    @CsvSource({"POST, authorization, 200", "POST, 'content-type,idempotency-key,x-request-id', 200", "GET, '', 200",
            "DELETE, '', 200", "PUT, 'content-type', 200", "PATCH, '', 403", "POST, x-other, 403"})
    void aPageOfANamedOriginMayAskWhatTheApiTakes(String method, String headers, int status) throws Exception {
        var answer = preflight(APP, method, headers);
        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 200) {
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue(APP);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://app.example.com", "https://app.example.com:8443",
            "https://app.example.com.evil.example", "https://APP.example.com.", "https://evil.example/app.example.com",
            "file://"})
    void aPageOfAnotherOriginMayNot(String origin) throws Exception {
        var preflight = preflight(origin, "POST", "authorization");
        assertThat(preflight.statusCode()).isEqualTo(403);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        var answer = Api.user(port, "alice").get("/api/call/active", "Origin", origin);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.response().headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        var handshake = new WebSocketHttpHeaders();
        handshake.setOrigin(origin);
        assertThatThrownBy(() -> StompUser.connect(port, Tokens.of("alice"), handshake)).isNotNull();
    }

    @Test
    void itCanReadErrorsToo() throws Exception {
        var refused = Api.as(port, "x.y.z").get("/api/call/active", "Origin", APP);
        refused.mustBe(401, "unauthenticated");
        assertThat(refused.response().headers().firstValue("Access-Control-Allow-Origin")).hasValue(APP);
        assertThat(refused.response().headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
                .contains("Retry-After", "X-Request-Id");
        var large = Api.user(port, "alice").post("/api/call/initiate", " ".repeat(70_000), "Origin", APP);
        large.mustBe(413, "body_too_large");
        assertThat(large.response().headers().firstValue("Access-Control-Allow-Origin")).hasValue(APP);
    }

    @Test
    void itOpensSockets() throws Exception {
        var handshake = new WebSocketHttpHeaders();
        handshake.setOrigin(APP);
        StompUser.connect(port, Tokens.of("alice"), handshake).close();
    }

    @Test
    void metricsAreOnTheirOwnPortOnly() {
        assertThat(managementAddress).isEqualTo("127.0.0.1");
        var operator = Api.as(managementPort, null);
        assertThat(operator.get("/actuator/metrics/ringback.push.waiting").mustBe(200).get("name").asString())
                .isEqualTo("ringback.push.waiting");
        operator.get("/actuator/health").mustBe(200);
        assertThat(operator.get("/actuator/env").status()).isEqualTo(404);
        assertThat(operator.get("/actuator").status()).isEqualTo(404);
        assertThat(operator.get("/api/call/active").status()).isIn(401, 404);
        Api.as(port, Tokens.server()).get("/actuator/metrics").mustBe(404, "not_found");
    }

    private HttpResponse<String> preflight(String origin, String method, String headers)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/call/initiate"))
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                    .headers("Origin", origin, "Access-Control-Request-Method", method,
                            "Access-Control-Request-Headers", headers)
                    .build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
