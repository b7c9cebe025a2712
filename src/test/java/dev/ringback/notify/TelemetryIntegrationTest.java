package dev.ringback.notify;

import static dev.ringback.support.OtlpReceiver.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.support.Api;
import dev.ringback.support.OtlpReceiver;
import dev.ringback.support.Secrets;
import dev.ringback.support.StompUser;
import dev.ringback.telemetry.Spans;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.scheduling.support.DefaultScheduledTaskObservationConvention;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Traces and metrics as a collector gets them, and the log as JSON.
@PushDriven
class TelemetryIntegrationTest {
    private static final OtlpReceiver COLLECTOR = new OtlpReceiver();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @LocalServerPort
    private int port;
    @Autowired
    private Spans spans;
    @Autowired
    private ObservationRegistry observations;

    @DynamicPropertySource
    static void collector(DynamicPropertyRegistry settings) {
        settings.add("management.tracing.export.enabled", () -> true);
        settings.add("management.tracing.sampling.probability", () -> 1);
        settings.add("management.opentelemetry.tracing.export.otlp.endpoint", COLLECTOR::traces);
        settings.add("management.opentelemetry.tracing.export.schedule-delay", () -> "100ms");
        settings.add("management.otlp.metrics.export.enabled", () -> true);
        settings.add("management.otlp.metrics.export.url", COLLECTOR::metrics);
        settings.add("management.otlp.metrics.export.step", () -> "1s");
    }

    @Test
    void oneTraceLeadsFromTheRequestThroughTheDatabaseToThePushService() {
        phoneOf("traced-bob");
        var trace = traceId();
        var call = Api.user(port, "traced-alice")
                .post("/api/call/initiate", "{\"called_id\":\"traced-bob\"}", "traceparent", traceparent(trace),
                        "X-Request-Id", "traced-request")
                .mustBe(201);
        var callId = call.get("call_id").asString();
        await().untilAsserted(() -> assertThat(COLLECTOR.spansOf(trace)).extracting(Span::getName)
                .contains("http post /api/call/initiate", "room provider", "database", "push"));

        var request = only(trace, "http post /api/call/initiate");
        assertThat(attribute(request, "request_id")).hasValue("traced-request");
        assertThat(attribute(request, "call_id")).hasValue(callId);
        var push = only(trace, "push");
        assertThat(push.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(attribute(push, "channel")).hasValue("phones");
        assertThat(attribute(push, "outcome")).hasValue("delivered");
        assertThat(attribute(push, "call_id")).hasValue(callId);
        assertThat(spans(trace, span -> span.getName().equals("database")))
                .allMatch(span -> span.getParentSpanId().equals(request.getSpanId()))
                .extracting(span -> attribute(span, "db.query.summary").orElseThrow())
                .anyMatch(summary -> summary.contains("insert call") && summary.contains("insert delivery"));
        nobodyIsNamed("traced-bob", "traced-alice");
    }

    @Test
    void oneTraceLeadsFromACommandOverStompThroughTheDatabaseToThePushService() throws Exception {
        phoneOf("stomp-bob");
        var trace = traceId();
        try (var alice = StompUser.connected(port, "stomp-alice")) {
            var reply = alice.send("initiate", "{\"called_id\":\"stomp-bob\"}", "traceparent", traceparent(trace));
            assertThat(reply.status()).isEqualTo(201);
        }
        await().untilAsserted(() -> assertThat(COLLECTOR.spansOf(trace)).extracting(Span::getName)
                .contains("stomp SEND", "command initiate", "room provider", "database", "push"));
        var command = only(trace, "command initiate");
        assertThat(command.getParentSpanId()).isEqualTo(only(trace, "stomp SEND").getSpanId());
        assertThat(only(trace, "push").getParentSpanId()).isEqualTo(command.getSpanId());
        assertThat(attribute(command, "call_id")).isPresent();
        nobodyIsNamed("stomp-bob", "stomp-alice");
    }

    /// An exception's words may repeat what a client sent.
    @Test
    void aSpanTellsTheKindOfAFailureAndNotItsWords() {
        var trace = traceId();
        try (var span = spans.serve("test", Map.of("traceparent", traceparent(trace))::get)) {
            span.failed(new IllegalArgumentException("words"));
        }
        await().untilAsserted(() -> assertThat(COLLECTOR.spansOf(trace)).hasSize(1).first().satisfies(span -> {
            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(span.toString()).contains("java.lang.IllegalArgumentException").doesNotContain("words");
        }));
        Api.user(port, "clumsy-carol")
                .post("/api/call/initiate", "{\"called_id\":\"clumsy-bob\",\"call_type\":\"clumsy-bob\"}")
                .mustBe(400);
        nobodyIsNamed("clumsy-bob", "clumsy-carol");
    }

    /// Jobs look four times a second whether there is anything to do.
    @Test
    void idleRoundsMakeNoSpans() throws ReflectiveOperationException {
        var job = getClass().getDeclaredMethod("idleRoundsMakeNoSpans");
        var round = Observation.createNotStarted(new DefaultScheduledTaskObservationConvention(),
                () -> new ScheduledTaskObservationContext(this, job), observations);
        assertThat(round.isNoop()).isTrue();
    }

    @Test
    void metricsArePushedByOtlp() {
        phoneOf("metered-bob");
        Api.user(port, "metered-alice").call("metered-bob");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(COLLECTOR.metricNames()).contains("ringback.calls.placed",
                        "ringback.ring.first", "ringback.push.sends", "ringback.sockets", "hikaricp.connections"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs", "logstash", "gelf"})
    void aLineOfTheLogAsJsonHoldsTheIdsOfCallRequestAndTrace(String format) {
        var bob = "logged-bob-" + format;
        phoneOf(bob);
        var trace = traceId();
        try (var log = new JsonLog(format)) {
            var call = Api.user(port, "logged-alice")
                    .post("/api/call/initiate", "{\"called_id\":\"" + bob + "\"}", "traceparent", traceparent(trace),
                            "X-Request-Id", "logged-" + format)
                    .mustBe(201)
                    .get("call_id")
                    .asString();
            await().untilAsserted(() -> assertThat(log.lines()).anySatisfy(line -> {
                assertThat(line.toString()).contains(" notices, ");
                assertThat(member(line, "call_id")).isEqualTo(call);
                assertThat(member(line, "request_id")).isEqualTo("logged-" + format);
                assertThat(member(line, "trace_id")).isEqualTo(trace);
            }));
            Api.user(port, "logged-alice").get("/api/call/active", "X-Request-Id", "later-" + format).mustBe(200);
            assertThat(log.lines()).filteredOn(line -> member(line, "request_id").equals("later-" + format))
                    .allMatch(line -> member(line, "call_id").isEmpty());
            assertThat(Secrets.in(log.text())).isEmpty();
        }
    }

    /// GELF puts a line before each member that is not its own.
    private static String member(JsonNode line, String name) {
        return line.path(name).asString(line.path("_" + name).asString(""));
    }

    private static void nobodyIsNamed(String... texts) {
        assertThat(COLLECTOR.spans()).extracting(Span::toString).allSatisfy(span -> {
            assertThat(span).doesNotContain(texts);
            assertThat(Secrets.in(span)).isEmpty();
        });
    }

    private void phoneOf(String user) {
        Api.user(port, user)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"a-token-of-a-phone-of-%s\"}".formatted(user))
                .mustBe(200);
    }

    private static Span only(String trace, String name) {
        var found = spans(trace, span -> span.getName().equals(name));
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static List<Span> spans(String trace, Predicate<Span> which) {
        return COLLECTOR.spansOf(trace).stream().filter(which).toList();
    }

    private static String traceId() {
        return UuidCreator.getTimeOrderedEpoch().toString().replace("-", "");
    }

    private static String traceparent(String traceId) {
        return "00-%s-%016x-01".formatted(traceId, ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }

    /// All that is logged, as the setting `logging.structured.format.console` has it written.
    private static final class JsonLog implements AutoCloseable {
        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        JsonLog(String format) {
            var encoder = new StructuredLogEncoder();
            encoder.setContext(root.getLoggerContext());
            encoder.setFormat(format);
            encoder.start();
            appender.setContext(root.getLoggerContext());
            appender.setEncoder(encoder);
            appender.setOutputStream(written);
            appender.start();
            root.addAppender(appender);
        }

        String text() {
            return written.toString(StandardCharsets.UTF_8);
        }

        List<JsonNode> lines() {
            var text = text();
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(JSON::readTree).toList();
        }

        @Override
        public void close() {
            root.detachAppender(appender);
            appender.stop();
        }
    }
}
