package dev.ringback.permit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Whom a user blocks, and until when nobody is to disturb them, over HTTP.
@IntegrationTest
class BlockRoutesIntegrationTest {
    private final String bobId = "bob-" + UUID.randomUUID();

    @LocalServerPort
    private int port;
    @Autowired
    private Clock clock;
    @Autowired
    private JdbcClient jdbc;

    @Test
    void aBlockIsThereUntilItIsTakenBack() {
        bob().get("/api/blocks/mallory").mustBe(404, "not_found");
        bob().put("/api/blocks/mallory", "").mustBe(204);
        bob().put("/api/blocks/mallory", "").mustBe(204);
        var block = bob().get("/api/blocks/mallory").mustBe(200);
        assertThat(block.get("user_id").asString()).isEqualTo("mallory");
        assertThat(Instant.parse(block.get("blocked_at").asString())).isBeforeOrEqualTo(clock.instant());
        bob().delete("/api/blocks/mallory").mustBe(204);
        bob().delete("/api/blocks/mallory").mustBe(204);
        bob().get("/api/blocks/mallory").mustBe(404, "not_found");
    }

    @Test
    void theListHasTheLastOneFirstAndIsOnesOwn() {
        for (var blocked : List.of("mallory", "trudy", "victor")) {
            bob().put("/api/blocks/" + blocked, "").mustBe(204);
        }
        assertThat(blocked(bob().get("/api/blocks").mustBe(200))).containsExactly("victor", "trudy", "mallory");
        assertThat(blocked(Api.user(port, "carol-" + bobId).get("/api/blocks").mustBe(200))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth0|5f7c8ec7", "max@example.com", "Zoë Ünal", "a+b&c=d", "日本", "a:b"})
    void anIdMayHoldWhatAnAddressCanCarry(String id) {
        var path = "/api/blocks/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        bob().put(path, "").mustBe(204);
        assertThat(bob().get(path).mustBe(200).get("user_id").asString()).isEqualTo(id);
        assertThat(blocked(bob().get("/api/blocks").mustBe(200))).contains(id);
        bob().delete(path).mustBe(204);
    }

    @Test
    void whatIsNoUserIsRefused() {
        for (var path : List.of("%20x", "x%07", "x".repeat(129), "a%2Fb", "a%5Cb", "a%3Bb", "a%25b")) {
            assertThat(bob().put("/api/blocks/" + path, "").status()).as(path).isEqualTo(400);
            assertThat(bob().get("/api/blocks/" + path).status()).as(path).isEqualTo(400);
            assertThat(bob().delete("/api/blocks/" + path).status()).as(path).isEqualTo(400);
        }
        bob().put("/api/blocks/" + bobId, "").mustBe(400, "invalid_request");
    }

    @Test
    void aUserBlocksAThousandAndNoMore() throws Exception {
        jdbc.sql("""
                insert into blocked_user (user_id, blocked_id, blocked_at)
                select :user, 'many-' || n, now() from generate_series(1, :n) n""")
                .param("user", bobId)
                .param("n", Blocks.MAX_OF_A_USER - 3)
                .update();
        try (var pool = Executors.newFixedThreadPool(8)) {
            var answers = pool.invokeAll(IntStream.range(0, 8)
                    .<Callable<Integer>>mapToObj(
                            n -> () -> bob().put("/api/blocks/more-" + n, "").status())
                    .toList());
            var statuses = new ArrayList<Integer>();
            for (var answer : answers) {
                statuses.add(answer.get());
            }
            assertThat(statuses).containsOnly(204, 409).filteredOn(status -> status == 204).hasSize(3);
        }
        bob().put("/api/blocks/one-too-many", "").mustBe(409, "too_many_blocks");
        bob().put("/api/blocks/many-1", "").mustBe(204);
        assertThat(blocked(bob().get("/api/blocks").mustBe(200))).hasSize(Blocks.MAX_OF_A_USER);
    }

    @Test
    void aBackendActsForAUserAndNobodyElseDoes() {
        var backend = Api.as(port, Tokens.server());
        backend.put("/api/blocks/mallory?user_id=" + bobId, "").mustBe(204);
        bob().get("/api/blocks/mallory").mustBe(200);
        backend.put("/api/blocks/mallory", "").mustBe(400, "invalid_request");
        backend.put("/api/do-not-disturb?user_id=" + bobId, until(Duration.ofHours(1))).mustBe(200);
        assertThat(bob().get("/api/do-not-disturb").mustBe(200).get("until").isString()).isTrue();
        var carol = Api.user(port, "carol-" + bobId);
        carol.get("/api/blocks?user_id=" + bobId).mustBe(403, "user_mismatch");
        carol.delete("/api/blocks/mallory?user_id=" + bobId).mustBe(403, "user_mismatch");
        carol.delete("/api/do-not-disturb?user_id=" + bobId).mustBe(403, "user_mismatch");
        carol.put("/api/do-not-disturb?user_id=" + bobId, until(Duration.ofHours(1))).mustBe(403, "user_mismatch");
        Api.as(port, null).get("/api/blocks").mustBe(401, "unauthenticated");
        Api.as(port, null).put("/api/do-not-disturb", "{}").mustBe(401, "unauthenticated");
    }

    @Test
    void doNotDisturbIsOnUntilThen() {
        assertThat(bob().get("/api/do-not-disturb").mustBe(200).get("until").isNull()).isTrue();
        var set = bob().put("/api/do-not-disturb", "{\"until\":\"2999-01-01T02:00:00+02:00\"}").mustBe(200);
        assertThat(set.get("until").asString()).isEqualTo("2999-01-01T00:00:00.000Z");
        assertThat(bob().get("/api/do-not-disturb").mustBe(200)).isEqualTo(set);
        bob().put("/api/do-not-disturb", "{\"until\":null}").mustBe(200);
        assertThat(bob().get("/api/do-not-disturb").mustBe(200).get("until").isNull()).isTrue();
        bob().put("/api/do-not-disturb", until(Duration.ofHours(1))).mustBe(200);
        assertThat(bob().put("/api/do-not-disturb", until(Duration.ofHours(-1))).mustBe(200).get("until").isNull())
                .isTrue();
        bob().put("/api/do-not-disturb", until(Duration.ofHours(1))).mustBe(200);
        bob().delete("/api/do-not-disturb").mustBe(204);
        assertThat(bob().get("/api/do-not-disturb").mustBe(200).get("until").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"until\":\"tomorrow\"}", "{\"until\":5}", "{\"until\":true}", "{\"until\":{}}",
            "{\"until\":\"2026-01-01\"}", "{\"until\":\"2026-01-01T00:00:00\"}",
            "{\"until\":\"+10000-01-01T00:00:00Z\"}", "{\"until\":\"+999999999-12-31T23:59:59-18:00\"}", "null", "",
            "[]"})
    void whatIsNoMomentIsRefused(String body) {
        bob().put("/api/do-not-disturb", body).mustBe(400, "invalid_request");
    }

    private Api bob() {
        return Api.user(port, bobId);
    }

    private String until(Duration fromNow) {
        return "{\"until\":\"%s\"}".formatted(clock.instant().plus(fromNow));
    }

    private static List<String> blocked(JsonNode list) {
        return list.get("blocks").valueStream().map(block -> block.get("user_id").asString()).toList();
    }
}
