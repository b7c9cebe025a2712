package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;

/// What Prometheus reads, and that alerts and dashboards ask for nothing else.
@PushDriven
@TestPropertySource(properties = "management.server.port=0")
class MetricsIntegrationTest {
    private static final Path OBSERVABILITY = Path.of("deploy/observability");
    private static final Pattern NAME = Pattern.compile("\\b(?:ringback|hikaricp|jvm|process|http_server)_[a-z0-9_]+");

    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) ");
    private static final Pattern HELP = Pattern.compile("(?m)^# HELP ringback_\\S+(.*)$");

    @LocalServerPort
    private int port;
    @LocalManagementPort
    private int management;
    @Autowired
    private PushDriven.Provider provider;
    @Autowired
    private Backlog backlog;
    @Autowired
    private SettableClock clock;
    @Autowired
    private DueDeliveries due;
    @Autowired
    private Deliveries deliveries;
    @Autowired
    private ApplicationContext context;

    @Test
    void theLifeOfACallIsCountedAndTimed() throws Exception {
        try (var desktop = StompUser.connected(port, "metrics-bob");
                var later = StompUser.connected(port, "metrics-carol")) {
            Api.user(port, "metrics-bob")
                    .post("/api/push/register",
                            "{\"platform\":\"android\",\"token\":\"a-token-of-a-phone-for-metrics\"}")
                    .mustBe(200);
            var call = Api.user(port, "metrics-alice").call("metrics-bob");
            desktop.next("incoming_call");
            await().until(() -> !provider.to("a-token-of-a-phone-for-metrics").isEmpty());
            clock.advance(Duration.ofSeconds(2));
            Api.user(port, "metrics-bob").command("ringing", call).mustBe(204);
            Api.user(port, "metrics-bob").command("accept", call).mustBe(200);
            clock.advance(Duration.ofSeconds(60));
            Api.user(port, "metrics-alice").command("invite", call, ",\"user_ids\":[\"metrics-carol\"]").mustBe(200);
            later.next("incoming_call");
            Api.user(port, "metrics-alice").command("end", call).mustBe(200);
            await().untilAsserted(() -> assertThat(scrape()).contains(
                    "ringback_calls_placed_total{type=\"video\"}",
                    "ringback_calls_over_total{reason=\"ended\",state=\"ended\"} 1.0",
                    "ringback_ring_told_seconds_count 2",
                    // not late: the call was a minute old when she was invited
                    "ringback_ring_told_seconds_bucket{le=\"30.0\"} 2",
                    "ringback_ring_sent_seconds_count{channel=\"phones\"} 1",
                    "ringback_ring_acknowledged_seconds_bucket{le=\"1.0\"} 0",
                    "ringback_ring_acknowledged_seconds_bucket{le=\"2.5\"} 1",
                    "ringback_call_answered_seconds_bucket{le=\"3.0\"} 1",
                    "ringback_call_talked_seconds_bucket{le=\"300.0\"} 1",
                    "ringback_sockets{kind=\"stomp\"} 2.0",
                    "ringback_push_sends_seconds_count{channel=\"phones\",outcome=\"delivered\"}"));
            assertThat(scrape()).doesNotContain("metrics-bob", "metrics-alice", "metrics-carol",
                    call.get("call_id").asString());
        }
        await().untilAsserted(() -> assertThat(scrape()).contains("ringback_sockets{kind=\"stomp\"} 0.0"));
    }

    @Test
    void aDeliveryThatNobodyLooksAfterShows() throws Exception {
        // no job runs by itself here: what another test has left is done with first
        await().until(() -> {
            due.runBatch();
            return deliveries.oldestDue().isEmpty();
        });
        var token = "a-token-of-a-phone-that-waits";
        Api.user(port, "late-bob")
                .post("/api/push/register", "{\"platform\":\"android\",\"token\":\"" + token + "\"}")
                .mustBe(200);
        provider.answer(token, new Outcome.TryLater("503", null));
        var alice = Api.user(port, "late-alice");
        var call = alice.call("late-bob");
        await().until(() -> alice.get("/api/call/" + call.get("call_id").asString() + "/trace")
                .mustBe(200)
                .get("deliveries")
                .get(0)
                .get("state")
                .asString()
                .equals("waiting"));
        clock.advance(Duration.ofSeconds(30));
        await().untilAsserted(() -> {
            backlog.measure();
            assertThat(value("ringback_delivery_overdue_seconds")).isBetween(20.0, 30.0);
        });
    }

    /// What is asked of a service of this kind, where nothing has gone wrong yet.
    @Test
    void everythingThatIsToBeWatchedIsThereAndSaysWhatItIs() throws Exception {
        var token = "a-token-of-a-phone-that-is-silent";
        Api.user(port, "watched-bob")
                .post("/api/push/register", "{\"platform\":\"android\",\"token\":\"" + token + "\"}")
                .mustBe(200);
        provider.answer(token, new Outcome.TryLater("503", null));
        Api.user(port, "watched-alice").call("watched-bob");
        await().until(() -> provider.to(token).size() == 1);
        provider.answer(token, new Outcome.DeadToken("NotRegistered", null));
        await().until(() -> {
            clock.advance(Duration.ofMillis(500));
            due.runBatch();
            return provider.to(token).size() > 1;
        });
        await().untilAsserted(() -> assertThat(TYPE.matcher(scrape()).results())
                .map(type -> type.group(1))
                .contains("ringback_calls_placed_total", "ringback_calls_over_total", "ringback_ring_first_seconds",
                        "ringback_ring_told_seconds", "ringback_ring_acknowledged_seconds",
                        "ringback_call_answered_seconds", "ringback_call_talked_seconds",
                        "ringback_deadline_late_seconds", "ringback_push_sends_seconds", "ringback_push_retries_total",
                        "ringback_push_departure_seconds", "ringback_push_waiting",
                        "ringback_push_tokens_removed_total",
                        "ringback_room_requests_seconds", "ringback_sockets", "ringback_delivery_overdue_seconds",
                        "ringback_sweeper_lag_seconds", "ringback_database_waiting", "hikaricp_connections",
                        "hikaricp_connections_active", "hikaricp_connections_acquire_seconds"));
        assertThat(scrape()).contains("ringback_push_retries_total{channel=\"phones\",why=\"not_taken\"}",
                "ringback_push_sends_seconds_bucket{channel=\"phones\",outcome=\"try_later\",le=\"1.0\"}",
                "ringback_room_requests_seconds_bucket{outcome=\"done\",request=\"create_room\",le=\"1.0\"}");
        assertThat(HELP.matcher(scrape()).results()).isNotEmpty().map(help -> help.group(1)).noneMatch(String::isBlank);
    }

    @Test
    void withoutTracesThereIsNothingThatCouldMakeThem() {
        assertThat(context.getBeanNamesForType(Tracer.class)).isEmpty();
        assertThat(context.getBeanNamesForType(OpenTelemetry.class)).isEmpty();
        assertThat(context.getBeanNamesForType(TracingObservationHandler.class)).isEmpty();
        assertThat(context.getBean(Spans.class).areOn()).isFalse();
        assertThat(context.getBeansOfType(MeterRegistry.class).values()).noneMatch(OtlpMeterRegistry.class::isInstance);
    }

    @Test
    void alertsAndDashboardsAskForWhatThereIs() throws Exception {
        var there = NAME.matcher(scrape()).results().map(MatchResult::group).distinct().toList();
        try (var files = Files.walk(OBSERVABILITY)) {
            var asked = files.filter(file -> file.toString().matches(".*\\.(yml|json)"))
                    .flatMap(MetricsIntegrationTest::expressions)
                    .flatMap(line -> NAME.matcher(line).results().map(MatchResult::group))
                    .distinct()
                    .toList();
            assertThat(asked).hasSizeGreaterThan(5);
            // what appears only once it has happened: a deadline missed, a token kept, a node that is apart
            assertThat(asked).filteredOn(name -> !there.contains(name))
                    .isSubsetOf("ringback_push_tokens_kept_total", "ringback_cluster_lost_total",
                            "ringback_push_sends_seconds_count", "ringback_push_sends_seconds_bucket",
                            "ringback_ring_sent_seconds_bucket", "ringback_calls_over_total",
                            "ringback_calls_placed_total", "ringback_push_waiting", "ringback_rate_limited_total",
                            "ringback_push_tokens_removed_total", "ringback_cluster_dropped_total",
                            "ringback_push_retries_total", "ringback_push_unsent_total",
                            "ringback_room_requests_seconds_count", "ringback_room_requests_seconds_bucket");
        }
    }

    private double value(String name) throws Exception {
        return scrape().lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private String scrape() throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + management + "/actuator/prometheus"));
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static Stream<String> expressions(Path file) {
        try {
            return List.copyOf(Files.readAllLines(file)).stream().filter(line -> !line.strip().startsWith("#"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
