package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// A user at the HTTP API: knows nothing of the server's types.
public final class Api {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String base;
    private final @Nullable String token;

    private Api(String base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    public static Api as(int port, @Nullable String token) {
        return new Api("http://localhost:" + port, token);
    }

    public static Api user(int port, String userId) {
        return as(port, Tokens.of(userId));
    }

    public Answer post(String path, String body, String... headers) {
        return postBytes(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer postBytes(String path, byte[] body, String... headers) {
        var request = request(path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    public Answer put(String path, String body) {
        return send(request(path).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    public Answer get(String path, String... headers) {
        var request = request(path).GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /// Starts a 1:1 call and returns its answer, which must be 201.
    public JsonNode call(String calledId) {
        return initiate("{\"called_id\":\"%s\"}".formatted(calledId));
    }

    public JsonNode initiate(String body) {
        return post("/api/call/initiate", body).mustBe(201);
    }

    /// A command on a call by its id; `more` are further members, with a leading comma.
    public Answer command(String command, JsonNode call, String more) {
        return post("/api/call/" + command, "{\"call_id\":\"%s\"%s}".formatted(call.get("call_id").asString(), more));
    }

    public Answer command(String command, JsonNode call) {
        return command(command, call, "");
    }

    public JsonNode read(JsonNode call) {
        return get("/api/call/" + call.get("call_id").asString()).mustBe(200);
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(failure);
        }
    }

    /// What came back.
    public record Answer(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public JsonNode json() {
            return response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body());
        }

        public JsonNode mustBe(int status) {
            assertThat(status()).as(response.body()).isEqualTo(status);
            return json();
        }

        /// The answer must be a problem with this status and code.
        public JsonNode mustBe(int status, String code) {
            var problem = mustBe(status);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(problem.get("code").asString()).isEqualTo(code);
            assertThat(problem.get("error").asString()).isNotBlank();
            assertThat(problem.get("request_id").asString())
                    .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
            return problem;
        }
    }
}
