package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Bad input of every kind gets its code and the member's name, and changes nothing.
@IntegrationTest
class BadInputIntegrationTest {
    private static final String ANY_CALL = "\"call_id\":\"01a1fd86-297d-796b-b2cb-d9a396a7742c\"";

    @LocalServerPort
    private int port;
    @Autowired
    private JdbcClient jdbc;

    private Api alice;
    private long rowsBefore;

    @BeforeEach
    void count() {
        alice = Api.user(port, "alice");
        rowsBefore = rows();
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(rows()).isEqualTo(rowsBefore);
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                // initiate
                arguments("initiate", "{}", "called_id"),
                arguments("initiate", "{\"called_id\":null}", "called_id"),
                arguments("initiate", "{\"called_id\":\"\"}", "called_id"),
                arguments("initiate", "{\"called_id\":\"   \"}", "called_id"),
                arguments("initiate", "{\"called_id\":\" bob\"}", "called_id"),
                arguments("initiate", "{\"called_id\":\"b\\u0000b\"}", "called_id"),
                arguments("initiate", "{\"called_id\":\"b\\nb\"}", "called_id"),
                arguments("initiate", "{\"called_id\":\"b\\ud800\"}", "called_id"),
                arguments("initiate", "{\"called_id\":\"" + "x".repeat(129) + "\"}", "called_id"),
                arguments("initiate", "{\"called_id\":7}", "called_id"),
                arguments("initiate", "{\"called_id\":true}", "called_id"),
                arguments("initiate", "{\"called_id\":[\"bob\"]}", "called_id"),
                arguments("initiate", "{\"called_id\":{}}", "called_id"),
                arguments("initiate", "{\"called_id\":\"alice\"}", "called_id"),
                arguments("initiate", "{\"called_ids\":[]}", "called_ids"),
                arguments("initiate", "{\"called_ids\":\"bob\"}", "called_ids"),
                arguments("initiate", "{\"called_ids\":[null]}", "called_ids[0]"),
                arguments("initiate", "{\"called_ids\":[\"bob\",\"\"]}", "called_ids[1]"),
                arguments("initiate", "{\"called_ids\":[\"bob\",\"alice\"]}", "called_ids"),
                arguments("initiate", "{\"called_ids\":[" + users(33) + "]}", "called_ids"),
                arguments("initiate", "{\"called_id\":\"bob\",\"called_ids\":[\"bob\"]}", "called_ids"),
                arguments("initiate", "{\"called_id\":\"bob\",\"ring_timeout\":4}", "ring_timeout"),
                arguments("initiate", "{\"called_id\":\"bob\",\"ring_timeout\":181}", "ring_timeout"),
                arguments("initiate", "{\"called_id\":\"bob\",\"ring_timeout\":\"30\"}", "ring_timeout"),
                arguments("initiate", "{\"called_id\":\"bob\",\"ring_timeout\":30.5}", "ring_timeout"),
                arguments("initiate", "{\"called_id\":\"bob\",\"ring_timeout\":1e99}", "ring_timeout"),
                arguments("initiate", "{\"called_id\":\"bob\",\"ring_timeout\":99999999999999999999}", "ring_timeout"),
                arguments("initiate", "{\"called_id\":\"bob\",\"call_type\":\"smell\"}", "call_type"),
                arguments("initiate", "{\"called_id\":\"bob\",\"call_type\":0}", "call_type"),
                arguments("initiate", "{\"called_id\":\"bob\",\"call_type\":\"\"}", "call_type"),
                arguments("initiate", "{\"called_id\":\"bob\",\"token_delivery\":\"VIDEO\"}", "token_delivery"),
                arguments("initiate", "{\"called_id\":\"bob\",\"custom\":[]}", "custom"),
                arguments("initiate", "{\"called_id\":\"bob\",\"custom\":\"x\"}", "custom"),
                arguments("initiate", "{\"called_id\":\"bob\",\"custom\":{\"x\":\"" + "y".repeat(2048) + "\"}}",
                        "custom"),
                arguments("initiate", "{\"called_id\":\"bob\",\"caller_name\":5}", "caller_name"),
                arguments("initiate", "{\"called_id\":\"bob\",\"device_id\":\"\"}", "device_id"),
                // the others
                arguments("accept", "{}", "call_id"),
                arguments("accept", "{\"call_id\":null}", "call_id"),
                arguments("accept", "{\"call_id\":\"x\"}", "call_id"),
                arguments("accept", "{\"call_id\":7}", "call_id"),
                arguments("accept", "{\"room_id\":\"\"}", "room_id"),
                arguments("accept", "{\"room_id\":\"" + "x".repeat(129) + "\"}", "room_id"),
                arguments("accept", "{" + ANY_CALL + ",\"device_id\":\" \"}", "device_id"),
                arguments("accept", "{" + ANY_CALL + ",\"user_name\":{}}", "user_name"),
                arguments("token", "{}", "call_id"),
                arguments("token", "{" + ANY_CALL + ",\"user_id\":5}", "user_id"),
                arguments("reject", "{}", "call_id"),
                arguments("reject", "{" + ANY_CALL + ",\"reason\":\"" + "x".repeat(201) + "\"}", "reason"),
                arguments("reject", "{" + ANY_CALL + ",\"reason\":5}", "reason"),
                arguments("ignore", "{" + ANY_CALL + "}", "device_id"),
                arguments("ignore", "{" + ANY_CALL + ",\"device_id\":null}", "device_id"),
                arguments("invite", "{" + ANY_CALL + "}", "user_ids"),
                arguments("invite", "{" + ANY_CALL + ",\"user_ids\":[]}", "user_ids"),
                arguments("invite", "{" + ANY_CALL + ",\"user_ids\":[" + users(33) + "]}", "user_ids"),
                arguments("invite", "{" + ANY_CALL + ",\"user_ids\":[1]}", "user_ids[0]"),
                arguments("cancel", "{}", "call_id"),
                arguments("end", "{}", "call_id"),
                arguments("ringing", "{}", "call_id"));
    }

    @ParameterizedTest(name = "{0} {2}: {1}")
    @MethodSource("badBodies")
    void aWrongMemberIsNamed(String command, String body, String member) {
        var problem = alice.post("/api/call/" + command, body).mustBe(400, "invalid_request");
        assertThat(problem.get("errors").get(0).get("member").asString()).isEqualTo(member);
        assertThat(problem.get("error").asString()).contains(member);
    }

    @Test
    void theSocketSaysTheSame() throws Exception {
        try (var socket = StompUser.connected(port, "alice")) {
            for (var bad : badBodies().toList()) {
                var problem = socket.send(String.valueOf(bad.get()[0]), String.valueOf(bad.get()[1]))
                        .mustBe(400, "invalid_request");
                assertThat(problem.get("errors").get(0).get("member").asString()).isEqualTo(bad.get()[2]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "\"x\"", "5", "{", "{\"called_id\":\"bob\"",
            "{\"called_id\":\"bob\"}}",
            "{\"called_id\":\"bob\"} {}", "{'called_id':'bob'}", "{\"called_id\":\"bob\",}", "\u0000",
            "{\"called_id\":\"bob\",\"called_id\":\"carol\"}", "{\"called_id\":NaN}", "<call/>"})
    void whatIsNotOneJsonObjectIsRefused(String body) {
        alice.post("/api/call/initiate", body).mustBe(400, "invalid_request");
    }

    @Test
    void deepNestingIsRefused() {
        var deep = "{\"called_id\":\"bob\",\"custom\":" + "{\"a\":".repeat(40) + "1" + "}".repeat(40) + "}";
        alice.post("/api/call/initiate", deep).mustBe(400, "invalid_request");
        alice.post("/api/call/initiate", "[".repeat(60_000)).mustBe(400, "invalid_request");
    }

    @Test
    void badUtf8IsRefused() {
        var start = "{\"called_id\":\"bo".getBytes(StandardCharsets.UTF_8);
        for (byte[] bad : new byte[][]{{(byte) 0xff}, {(byte) 0xc3, '('}, {(byte) 0xe2, (byte) 0x82},
                {(byte) 0xc0, (byte) 0x80}}) {
            byte[] body = new byte[start.length + bad.length + 2];
            System.arraycopy(start, 0, body, 0, start.length);
            System.arraycopy(bad, 0, body, start.length, bad.length);
            body[body.length - 2] = '"';
            body[body.length - 1] = '}';
            alice.postBytes("/api/call/initiate", body).mustBe(400, "invalid_request");
        }
    }

    @Test
    void aBodyOver64KibIsRefused() throws Exception {
        var body = "{\"called_id\":\"bob\"}" + " ".repeat(64 * 1024 + 1 - 19);
        assertThat(body).hasSize(64 * 1024 + 1);
        alice.post("/api/call/initiate", body).mustBe(413, "body_too_large");

        // without a Content-Length
        try (var http = HttpClient.newHttpClient()) {
            var chunked = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/call/initiate"))
                    .header("Authorization", "Bearer " + Tokens.of("alice"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArrays(
                            IntStream.range(0, 70)
                                    .mapToObj(_ -> " ".repeat(1024).getBytes(StandardCharsets.UTF_8))
                                    .toList()))
                    .build();
            assertThat(http.send(chunked, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void wrongHeadersAndRoutesAreRefused() {
        var body = "{\"called_id\":\"bob\"}";
        alice.post("/api/call/initiate", body, "Idempotency-Key", "").mustBe(400, "invalid_request");
        alice.post("/api/call/initiate", body, "Idempotency-Key", "x".repeat(256)).mustBe(400, "invalid_request");
        alice.post("/api/call/nonsense", body).mustBe(405, "method_not_allowed");
        alice.get("/api/call/initiate/x").mustBe(404, "not_found");
        alice.get("/api/call/" + "x".repeat(500)).mustBe(404, "call_not_found");
    }

    @Test
    void aHarmlessRequestIdComesBackAndAnotherIsReplaced() {
        var kept = alice.get("/api/call/active", "X-Request-Id", "trace-1_2.3");
        assertThat(kept.response().headers().firstValue("X-Request-Id")).hasValue("trace-1_2.3");
        var replaced = alice.get("/api/call/active", "X-Request-Id", "<script>");
        assertThat(replaced.response().headers().firstValue("X-Request-Id").orElseThrow()).doesNotContain("<");
    }

    private long rows() {
        return jdbc.sql("""
                select (select count(*) from call) + (select count(*) from invitation)
                     + (select count(*) from idempotency_key)""")
                .query(Long.class)
                .single();
    }

    private static String users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"user-" + i + "\"").collect(Collectors.joining(","));
    }
}
