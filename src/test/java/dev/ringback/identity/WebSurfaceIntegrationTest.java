package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.web.server.LocalServerPort;

/// What every answer carries, what no request can put into one or into the log, and what of Spring is not there.
@IntegrationTest
class WebSurfaceIntegrationTest {
    @LocalServerPort
    private int port;

    @ParameterizedTest
    @CsvSource({"GET, /trace/x, 200", "GET, /ringback.js, 200", "GET, /swagger-ui/index.html, 200",
            "GET, /actuator/health, 200", "GET, /api/push/vapid-public-key, 200", "GET, /api/call/active, 401",
            "GET, /nonsense, 401", "POST, /api/push/renew, 400", "GET, /ws, 400", "GET, /error, 500",
            "GET, /trace/assets/none.js, 404"})
    void everyAnswerToAStrangerHasTheSecurityHeaders(String method, String path, int status) throws IOException {
        assertHasSecurityHeaders(raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
                + "Content-Type: application/json\r\nConnection: close\r\n\r\n{}"), status);
    }

    @ParameterizedTest
    @CsvSource({"GET, /api/call/active, 200, 2", "GET, /api/call/x, 404, 2", "GET, /nonsense, 404, 2",
            "DELETE, /api/call/active, 405, 2", "POST, /api/call/initiate, 400, 2",
            "POST, /api/call/initiate, 413, 70000",
            "GET, /actuator/env, 403, 2"})
    void everyAnswerToAUserHasThemToo(String method, String path, int status, int length) throws IOException {
        assertHasSecurityHeaders(raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Tokens.of("alice") + "\r\nContent-Type: application/json\r\nContent-Length: " + length
                + "\r\nConnection: close\r\n\r\n{}" + " ".repeat(length - 2)), status);
    }

    @Test
    void aLongBodyOfAStrangerIsNotEvenMeasured() throws IOException {
        assertThat(raw("POST /api/call/initiate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n"
                + "Connection: close\r\n\r\n" + " ".repeat(70_000))).startsWith("HTTP/1.1 401");
    }

    private static void assertHasSecurityHeaders(String answer, int status) {
        assertThat(answer).startsWith("HTTP/1.1 " + status);
        var head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        assertThat(head.lines()).contains("X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
                "Referrer-Policy: no-referrer")
                .anyMatch(line -> line.startsWith("Content-Security-Policy: default-src 'none'"))
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).matches("(server|x-powered-by|set-cookie):.*"));
        assertThat(answer).doesNotContain("Exception", "\tat ", "jetty", "Jetty");
    }

    /// Jetty answers these itself. A line break that came through would make a header of what is behind it.
    @ParameterizedTest
    @ValueSource(strings = {"X-Request-Id: a\rSet-Cookie: x=1", "X-Request-Id: a\u0000b", "X-Request-Id: a\r\n folded",
            "Idempotency-Key: a\rb", "X Request Id: a", "X-Request-Id : a", ": a",
            "Content-Length: 1\r\nContent-Length: 2",
            "Transfer-Encoding: chunked\r\nContent-Length: 2", "Transfer-Encoding: gzip", "Host: other"})
    void aHeaderThatIsNoneIsRefused(String header) throws IOException {
        var answer = raw(
                "POST /api/call/initiate HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\nAuthorization: Bearer "
                        + Tokens.of("alice") + "\r\nConnection: close\r\n\r\n{}");
        assertThat(answer).matches("(?s)HTTP/1.1 (400|501) .*").doesNotContain("Set-Cookie", "Jetty", "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%0d%0aSet-Cookie:x", "a\u0085b", "a\u2028b", "\u202eid"})
    void whatIsEchoedHoldsNothingOfTheSort(String id) throws IOException {
        var answer = raw("GET /api/call/active HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: " + id
                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 401")
                .doesNotContain("Set-Cookie")
                .containsPattern(
                        "X-Request-Id: [0-9a-f-]{36}\r\n");
    }

    @Test
    void headersAreBounded() throws IOException {
        var many = "X-Many: 1\r\n".repeat(2_000);
        for (var headers : List.of(many, "X-Large: " + "y".repeat(17_000) + "\r\n",
                "Authorization: Bearer " + "e".repeat(17_000) + "\r\n")) {
            assertThat(raw("GET /api/call/active HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n"))
                    .startsWith("HTTP/1.1 431");
        }
        Api.user(port, "alice").get("/api/call/active").mustBe(200);
    }

    @Test
    void ofTheActuatorThereIsHealthAndThatSaysNoMore() {
        var nobody = Api.as(port, null);
        var users = List.of(Api.user(port, "alice"), Api.as(port, Tokens.server()));
        for (var path : List.of("/actuator", "/actuator/x/env", "/actuator/env", "/actuator/heapdump",
                "/actuator/threaddump",
                "/actuator/metrics", "/actuator/prometheus", "/actuator/loggers", "/actuator/mappings",
                "/actuator/configprops", "/actuator/beans", "/actuator/shutdown", "/actuator/info")) {
            nobody.get(path).mustBe(401, "unauthenticated");
            for (var user : users) {
                user.get(path).mustBe(403, "forbidden");
                user.post(path, "{}").mustBe(403, "forbidden");
            }
        }
        assertThat(nobody.get("/actuator/health").mustBe(200).propertyNames()).isSubsetOf("status", "groups");
        assertThat(nobody.get("/actuator/health/readiness").mustBe(200).propertyNames()).containsExactly("status");
        assertThat(nobody.get("/actuator/health/db").status()).isEqualTo(404);
        assertThat(users.getFirst().get("/actuator/health").mustBe(200).has("components")).isFalse();
    }

    /// As the console's own encoder writes it.
    @Test
    void nobodyWritesLinesOfTheLog() {
        var text = "user bob\n2026-11-21T00:00:00.000Z ERROR forged\r\nforged too\rand this\u0085\u2028\u2029\u202e\u0000\u001b[31m"
                + "\u2066\u200b\ud83d\ude00";
        var written = written(text,
                new IllegalStateException("cause\nforged cause\u202e", new IOException("deep\nforged")));
        assertThat(written).doesNotContain("\u0085", "\u2028", "\u2029", "\u202e", "\u0000", "\u2066", "\u200b")
                .doesNotContainPattern("\r(?!\n)")
                .contains("user bob", "\ud83d\ude00", "IllegalStateException: cause",
                        "Caused by: java.io.IOException: deep");
        assertThat(written.lines().filter(line -> line.contains("forged"))).hasSizeGreaterThanOrEqualTo(4)
                .allMatch(line -> line.startsWith("    "));
        assertThat(written.lines().filter(line -> !line.isEmpty()).skip(1)).allMatch(line -> line.startsWith("    "));
        assertThat(written.split("IllegalStateException: cause", -1)).hasSize(2);
        assertThat(written("an entry", null)).endsWith(": an entry" + System.lineSeparator());
    }

    private static String written(String text, @Nullable Throwable failure) {
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var console = (OutputStreamAppender<ILoggingEvent>) root.getAppender("CONSOLE");
        var event = new LoggingEvent("caller", root, Level.WARN, text, failure, null);
        // not that of the thread, in which other tests may have had calls in hand
        event.setMDCPropertyMap(Map.of());
        return new String(console.getEncoder().encode(event), StandardCharsets.UTF_8)
                .replaceAll("\u001b\\[\\d+(;\\d+)*m", "");
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress("localhost", port));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
