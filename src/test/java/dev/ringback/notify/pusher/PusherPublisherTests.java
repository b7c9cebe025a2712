package dev.ringback.notify.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Publication;
import dev.ringback.notify.Publications;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Headers;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class PusherPublisherTests {
    private static final String SECRET = "pusher-secret-of-the-publisher";

    @AutoClose
    private final MockWebServer server = new MockWebServer();
    @AutoClose
    private @Nullable PusherPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        server.start();
        publisher = new PusherPublisher(new PusherApp(new PusherSettings("4711", "the-key", SECRET, "",
                "127.0.0.1:" + server.getPort(), false)), new PusherClient(4));
    }

    @Test
    void anEventIsOneSignedRequest() throws Exception {
        server.enqueue(answer(200, "{}"));
        assertThat(publish(Publications.of(NoticeType.CALL_ANSWERED_ELSEWHERE, "user:1", "{\"n\":1.50}")))
                .isEqualTo(new Outcome.Delivered(null));
        var request = server.takeRequest();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/apps/4711/events");
        assertThat(request.getUrl().queryParameterNames()).containsExactlyInAnyOrder("auth_key", "auth_timestamp",
                "auth_version", "auth_signature", "body_md5");
        assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
        var body = JsonMapper.shared().readTree(text(request.getBody()));
        assertThat(body.get("channels").toString()).isEqualTo("[\"private-user-user=3A1\"]");
        assertThat(body.get("name").asString()).isEqualTo("call-answered-elsewhere");
        assertThat(body.get("data").asString())
                .contains("\"type\":\"call_answered_elsewhere\"", "\"custom\":{\"n\":1.50}",
                        "\"caller_name\":\"Zoë Ünal\"")
                .doesNotContain("action_token");
    }

    @Test
    void anEventStaysUnderTheLimit() throws Exception {
        server.enqueue(answer(200, "{}"));
        publish(Publications.of(NoticeType.INCOMING_CALL, "bob", "{\"x\":\"" + "ä".repeat(6000) + "\"}"));
        var data = JsonMapper.shared().readTree(text(server.takeRequest().getBody())).get("data").asString();
        assertThat(data.getBytes(StandardCharsets.UTF_8).length).isLessThan(10_000);
        assertThat(data).contains("\"call_id\"").doesNotContain("\"custom\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 308, 400, 401, 403, 404, 413})
    void whatWillNotBeTakenIsNotRepeated(int status) throws Exception {
        server.enqueue(answer(status, "because").newBuilder().setHeader("Location", "/elsewhere").build());
        assertThat(publish(Publications.ring("bob"))).isEqualTo(new Outcome.Refused(Integer.toString(status)));
        assertThat(server.getRequestCount()).isOne();
    }

    /// Pusher knows no ids: OkHttp must not repeat by itself what it is asked to repeat.
    @ParameterizedTest
    @CsvSource({"408,0,0", "429,7,7", "429,soon,", "429,,", "500,,", "503,0,0", "599,,"})
    void whatMayBeTakenLaterIsLeftToTheEngine(int status, @Nullable String retryAfter, @Nullable Integer seconds)
            throws Exception {
        var answer = answer(status, "").newBuilder();
        if (retryAfter != null) {
            answer.setHeader("Retry-After", retryAfter);
        }
        server.enqueue(answer.build());
        server.enqueue(answer(200, "{}"));
        var after = seconds == null ? null : Duration.ofSeconds(seconds);
        assertThat(publish(Publications.ring("bob"))).isEqualTo(new Outcome.TryLater(Integer.toString(status), after));
        assertThat(server.getRequestCount()).isOne();
    }

    @Test
    void aServerThatIsNotThereIsTriedLater() throws Exception {
        server.close();
        assertThat(publish(Publications.ring("bob"))).isEqualTo(new Outcome.TryLater("connection", null));
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        server.enqueue(new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());
        assertThat(publish(Publications.ring("bob"))).isEqualTo(new Outcome.TryLater("timeout", null));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        server.enqueue(new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());
        var ended = new CompletableFuture<Throwable>();
        var thread = Thread.ofVirtual()
                .start(
                        () -> ended.complete(catchThrowable(() -> publish(Publications.ring("bob")))));
        server.takeRequest();
        thread.interrupt();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @ParameterizedTest
    @CsvSource({"200,takes what", "401,ringback.pusher.key", "403,quota", "404,ringback.pusher.app-id",
            "500,Try again"})
    void theCheckTellsWhatToLookAt(int status, String words) throws Exception {
        server.enqueue(answer(status, "{\"occupied\":false}"));
        var check = publisher().check();
        assertThat(check.ok()).isEqualTo(status == 200);
        assertThat(check.message()).contains(words).doesNotContain(SECRET);
        assertThat(server.takeRequest().getMethod()).isEqualTo("GET");
    }

    @Test
    void nothingIsShownEvenWhenEverythingIsLogged(CapturedOutput output) throws Exception {
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("ROOT", LogLevel.TRACE);
        // the provider's side
        logging.setLogLevel("mockwebserver3", LogLevel.OFF);
        try {
            server.enqueue(answer(401, "Invalid signature"));
            publish(Publications.ring("bob"));
            publisher().check();
        } finally {
            logging.setLogLevel("ROOT", LogLevel.INFO);
            logging.setLogLevel("mockwebserver3", null);
        }
        var signature = server.takeRequest().getUrl().queryParameter("auth_signature");
        assertThat(output.getAll()).doesNotContain(SECRET, signature, "Zoë");
    }

    private Outcome publish(Publication publication) throws InterruptedException {
        return publisher().publish(publication);
    }

    private PusherPublisher publisher() {
        return Objects.requireNonNull(publisher);
    }

    private static MockResponse answer(int status, String body) {
        return new MockResponse(status, Headers.of(), body);
    }

    private static String text(@Nullable ByteString body) {
        return Objects.requireNonNull(body).utf8();
    }
}
