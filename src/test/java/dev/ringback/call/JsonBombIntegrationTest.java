package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// JSON that is made to hurt its reader: each body refuses it, with a plain 400, and nothing is stored.
@IntegrationTest
class JsonBombIntegrationTest {
    private static final int ROOM = 60_000;

    @LocalServerPort
    private int port;

    private static Map<String, String> bombs() {
        return Map.ofEntries(
                Map.entry("depth of arrays", "{\"custom\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"),
                Map.entry("depth of objects", "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)),
                Map.entry("depth without an end", "[".repeat(ROOM)),
                Map.entry("digits", "{\"ring_timeout\":" + "9".repeat(ROOM) + "}"),
                Map.entry("digits that nobody reads", "{\"unknown\":" + "9".repeat(ROOM) + "}"),
                Map.entry("a fraction", "{\"unknown\":1." + "0".repeat(ROOM) + "}"),
                Map.entry("duplicate keys", "{\"call_id\":\"x\",\"call_id\":\"y\"}"),
                Map.entry("duplicate keys that nobody reads", "{\"unknown\":{\"a\":1,\"a\":2}}"),
                Map.entry("an escaped duplicate", "{\"call_id\":\"x\",\"\\u0063all_id\":\"y\"}"),
                Map.entry("a long name", "{\"" + "n".repeat(ROOM) + "\":1}"),
                Map.entry("an unpaired surrogate", "{\"call_id\":\"\\ud800\"}"),
                Map.entry("trailing garbage", "{} x"), Map.entry("a second body", "{}{}"),
                Map.entry("a comment", "{/* */}"), Map.entry("not a number", "{\"ring_timeout\":NaN}"),
                Map.entry("a type", "{\"@class\":\"java.lang.Runtime\",\"call_id\":[\"java.lang.Runtime\",{}]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/call/initiate", "/api/call/accept", "/api/call/reject", "/api/call/ignore",
            "/api/call/invite", "/api/call/end", "/api/push/register", "/api/push/unregister", "/api/push/subscribe",
            "/api/push/unsubscribe", "/api/push/renew"})
    void everyBodyRefusesThem(String path) {
        var alice = Api.user(port, "alice");
        bombs().forEach((what, bomb) -> {
            var answer = alice.post(path, bomb);
            assertThat(answer.status()).as(what + ": " + answer.response().body()).isEqualTo(400);
            assertThat(answer.response().body()).as(what)
                    .hasSizeLessThan(2_000)
                    .doesNotContain("tools.jackson", "99999");
        });
        assertThat(alice.get("/api/push/devices").mustBe(200).get("devices")).isEmpty();
    }

    @Test
    void theSocketRefusesThemToo() throws Exception {
        try (var alice = StompUser.connected(port, "alice")) {
            for (var bomb : bombs().values()) {
                alice.send("initiate", bomb).mustBe(400, "invalid_request");
            }
        }
    }

    /// RFC 8259 section 8.1: JSON is UTF-8, and begins with no byte order mark.
    @Test
    void bodiesAreReadAsUtf8Only() {
        var alice = Api.user(port, "alice");
        var body = "{\"called_id\":\"bob-é\"}";
        assertThat(alice.initiate(body).get("called_id").asString()).isEqualTo("bob-é");
        alice.post("/api/call/initiate", "\ufeff" + body).mustBe(400, "invalid_request");
        for (var encoding : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE, Charset.forName("UTF-32"),
                StandardCharsets.ISO_8859_1)) {
            alice.postBytes("/api/call/initiate", body.getBytes(encoding)).mustBe(400, "invalid_request");
        }
    }
}
