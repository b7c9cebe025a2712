package dev.ringback.notify.ably;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Publications;
import io.ably.lib.rest.AblyRest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class AblyPublisherTests {
    private static final String SECRET = "ably-secret-of-the-publisher";
    private static final String KEY = "app.key:" + SECRET;
    private static final Headers JSON = Headers.of("Content-Type", "application/json");

    @AutoClose
    private final MockWebServer server = new MockWebServer();
    private AblyRest ably;
    private AblyPublisher publisher;

    @BeforeEach
    void start() throws Exception {
        server.start();
        publishTo();
    }

    private void publishTo(String... fallbackHosts) throws Exception {
        ably = new AblyRest(AblyOptions.of(new AblySettings(KEY, "127.0.0.1", server.getPort(), List.of(fallbackHosts),
                false, Duration.ofSeconds(2))));
        publisher = new AblyPublisher(ably, new AblyTokens(ably, Clock.systemUTC()));
    }

    @Test
    void anEventIsOneMessageUnderTheDeliverysId() throws Exception {
        server.enqueue(answer(201, "{}"));
        var publication = Publications.of(NoticeType.CALL_ACCEPTED, "a/b *é", "{\"n\":1.50}");
        assertThat(publisher.publish(publication)).isEqualTo(new Outcome.Delivered(publication.id().toString()));
        var request = server.takeRequest();
        assertThat(request.getUrl().encodedPath()).isEqualTo("/channels/user%3Aa%2Fb%20%252A%C3%A9/messages");
        assertThat(request.getHeaders().get("Authorization"))
                .isEqualTo("Basic " + Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8)));
        var messages = JsonMapper.shared().readTree(text(request));
        assertThat(messages).hasSize(1);
        var message = messages.get(0);
        assertThat(message.get("id").asString()).isEqualTo(publication.id().toString());
        assertThat(message.get("name").asString()).isEqualTo("call_accepted");
        assertThat(message.get("encoding").asString()).isEqualTo("json");
        assertThat(message.get("data").asString()).contains("\"custom\":{\"n\":1.50}", "\"caller_name\":\"Zoë Ünal\"")
                .doesNotContain("action_token");
    }

    /// There are more users than memory.
    @Test
    void noChannelIsKept() throws Exception {
        for (int i = 0; i < 3; i++) {
            server.enqueue(answer(201, "{}"));
            publisher.publish(Publications.ring("user-" + i));
        }
        assertThat(ably.channels.values()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"400,40009", "401,40101", "401,40112", "401,40160", "403,40300", "404,40400", "413,40013"})
    void whatWillNotBeTakenIsNotRepeated(int status, int code) throws Exception {
        server.enqueue(error(status, code));
        assertThat(publish()).isEqualTo(new Outcome.Refused(Integer.toString(code)));
        assertThat(server.getRequestCount()).isOne();
    }

    @ParameterizedTest
    @CsvSource({"429,42911,42911", "429,42913,42913", "429,42917,42917", "500,50000,connection", "503,50320,50300",
            "504,50400,50400", "507,50700,50700"})
    void whatMayBeTakenLaterIsLeftToTheEngine(int status, int code, String word) throws Exception {
        server.enqueue(error(status, code));
        server.enqueue(answer(201, "{}"));
        assertThat(publish()).isEqualTo(new Outcome.TryLater(word, null));
        assertThat(server.getRequestCount()).isOne();
    }

    /// The second host is asked within the same publication, under the same id.
    @Test
    void anotherHostIsAskedWhenTheFirstFails() throws Exception {
        publishTo("localhost");
        var asked = new ArrayList<String>();
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                asked.add(request.getUrl().host());
                return request.getUrl().host().equals("localhost") ? answer(201, "{}") : error(503, 50_320);
            }
        });
        assertThat(publish()).isInstanceOf(Outcome.Delivered.class);
        assertThat(asked).containsExactly("127.0.0.1", "localhost");
        var first = JsonMapper.shared().readTree(text(server.takeRequest())).get(0).get("id");
        assertThat(JsonMapper.shared().readTree(text(server.takeRequest())).get(0).get("id")).isEqualTo(first);
        // and is asked first for a while
        publish();
        assertThat(asked).endsWith("localhost").hasSize(3);
    }

    @Test
    void aServerThatIsNotThereIsTriedLater() throws Exception {
        server.close();
        assertThat(publish()).isEqualTo(new Outcome.TryLater("connection", null));
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws Exception {
        server.enqueue(new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());
        assertThat(publish()).isEqualTo(new Outcome.TryLater("connection", null));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        server.enqueue(new MockResponse.Builder().headersDelay(1, TimeUnit.MINUTES).build());
        var ended = new CompletableFuture<Throwable>();
        var thread = Thread.ofVirtual().start(() -> ended.complete(catchThrowable(this::publish)));
        server.takeRequest();
        thread.interrupt();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theCheckTriesTheKeyAndTellsNobodyAnything() throws Exception {
        server.enqueue(answer(201, "{\"token\":\"t\",\"expires\":1,\"issued\":1,\"capability\":\"{}\"}"));
        assertThat(publisher.check().ok()).isTrue();
        assertThat(server.takeRequest().getUrl().encodedPath()).isEqualTo("/keys/app.key/requestToken");
        server.enqueue(error(401, 40_101));
        assertThat(publisher.check().message()).contains("40101", "ringback.ably.key").doesNotContain(SECRET);
        server.close();
        assertThat(publisher.check().message()).contains("did not answer");
    }

    /// The library would print the page of a proxy, and fail at a challenge that it does not know.
    @Test
    void nothingIsPrintedEvenWhenEverythingIsLogged(CapturedOutput output) throws Exception {
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("ROOT", LogLevel.TRACE);
        // the provider's side
        logging.setLogLevel("mockwebserver3", LogLevel.OFF);
        try {
            server.enqueue(answer(201, "{}"));
            publish();
            server.enqueue(new MockResponse(401, Headers.of("Content-Type", "text/html", "WWW-Authenticate",
                    "Negotiate x"), "<h1>a page</h1>"));
            assertThat(publish()).isEqualTo(new Outcome.Refused("40100"));
            server.enqueue(new MockResponse(400, JSON, "{<h1>a page</h1>"));
            publish();
            server.enqueue(answer(400, "[\"a page\"]"));
            publish();
            server.enqueue(new MockResponse(302, Headers.of(), "<h1>a page</h1>"));
            assertThat(publish()).isEqualTo(new Outcome.Refused("30200"));
        } finally {
            logging.setLogLevel("ROOT", LogLevel.INFO);
            logging.setLogLevel("mockwebserver3", null);
        }
        assertThat(output.getAll()).doesNotContain(SECRET, "a page", "Zoë",
                Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8)));
    }

    private Outcome publish() throws InterruptedException {
        return publisher.publish(Publications.ring("bob"));
    }

    private static MockResponse error(int status, int code) {
        return answer(status,
                "{\"error\":{\"statusCode\":%d,\"code\":%d,\"message\":\"as told\"}}".formatted(status, code));
    }

    private static MockResponse answer(int status, String body) {
        return new MockResponse(status, JSON, body);
    }

    private static String text(RecordedRequest request) {
        return Objects.requireNonNull(request.getBody()).utf8();
    }
}
