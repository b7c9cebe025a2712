package dev.ringback.admin;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// With nothing set, nothing is there: for nobody.
@IntegrationTest
class AdminOffIntegrationTest {
    @LocalServerPort
    private int port;

    @Test
    void thereIsNoAdminPage() {
        for (var who : List.of(Api.as(port, null), Api.user(port, "alice"), Api.as(port, Tokens.server()))) {
            for (var path : List.of("/admin", "/admin/assets/index.html", "/admin/assets/app.js", "/api/admin",
                    "/api/admin/overview", "/api/admin/calls", "/api/admin/dead-deliveries", "/api/admin/nonsense")) {
                who.get(path).mustBe(404, "not_found");
            }
            who.post("/api/admin/sign-in", "{\"password\":\"a-password-to-try\"}").mustBe(404, "not_found");
            who.post("/api/admin/test-rings", "{\"user_id\":\"bob\",\"device_id\":\"phone\"}")
                    .mustBe(404, "not_found");
        }
    }
}
