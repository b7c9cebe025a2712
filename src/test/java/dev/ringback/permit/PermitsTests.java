package dev.ringback.permit;

import static dev.ringback.permit.FakeBackend.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Secrets;
import dev.ringback.telemetry.Spans;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What becomes of each answer of the operator's backend, and of none.
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class PermitsTests {
    private static final String TOKEN = "token-of-the-permit-backend";
    private static final PermitQuestion QUESTION = new PermitQuestion(
            UUID.fromString("0199f1d0-0000-7000-8000-000000000001"), "alice", "Alice", List.of("bob", "carol"), "video",
            null);
    private static final CircuitBreakerConfig CLOSED = CircuitBreakerConfig.custom()
            .minimumNumberOfCalls(1_000)
            .build();

    static {
        Secrets.used(TOKEN);
    }

    @AutoClose
    private final FakeBackend backend = new FakeBackend();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void theBackendIsAskedWhoCallsWhom() {
        assertThat(ask()).isEqualTo(new Permit.Allowed(null));
        var request = backend.asked();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/may-ring");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(request.getHeaders().get("Content-Type")).startsWith("application/json");
        assertThat(FakeBackend.body(request).toString()).isEqualTo(
                "{\"call_id\":\"0199f1d0-0000-7000-8000-000000000001\",\"caller_id\":\"alice\",\"caller_name\":\"Alice\","
                        + "\"called_ids\":[\"bob\",\"carol\"],\"call_type\":\"video\",\"invited_by\":null}");
        assertThat(metrics.counter("ringback.permit", "answer", "allowed").count()).isEqualTo(1);
    }

    @Test
    void withoutATokenNoneIsSent() {
        permits(settings(backend.url(), "", Duration.ofSeconds(5), PermitSettings.OnFailure.ALLOW), CLOSED)
                .ask(QUESTION);
        assertThat(backend.asked().getHeaders().get("Authorization")).isNull();
    }

    @Test
    void withoutABackendNobodyIsAsked() {
        var permits = permits(settings(" ", "", Duration.ofSeconds(5), PermitSettings.OnFailure.DENY), CLOSED);
        assertThat(permits.areAsked()).isFalse();
        assertThat(permits.ask(QUESTION)).isEqualTo(new Permit.NotAsked());
    }

    @Test
    void whatItSaysIsMadeSafeToShow() {
        assertThat(answered("{\"decision\":\"allow\",\"caller_name\":\" Dr.\\u202e Alice\\n \",\"more\":1}"))
                .isEqualTo(new Permit.Allowed("Dr. Alice"));
        assertThat(answered("{\"decision\":\"allow\",\"caller_name\":null}")).isEqualTo(new Permit.Allowed(null));
        assertThat(answered("{\"decision\":\"allow\",\"caller_name\":\"" + "n".repeat(101) + "\"}"))
                .isEqualTo(new Permit.Allowed("n".repeat(100)));
        assertThat(answered("{\"decision\":\"deny\",\"reason\":\"You are\\u0000 strangers.\"}"))
                .isEqualTo(new Permit.Denied("You are strangers."));
        assertThat(answered("{\"decision\":\"deny\",\"reason\":\"" + "r".repeat(201) + "\"}"))
                .isEqualTo(new Permit.Denied("r".repeat(200)));
        assertThat(answered("{\"decision\":\"deny\"}")).isEqualTo(new Permit.Denied(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "allow", "null", "[]", "{}", "{\"decision\":\"ALLOW\"}", "{\"decision\":true}",
            "{\"decision\":\"allow\",\"caller_name\":5}", "{\"decision\":\"deny\",\"reason\":{}}",
            "<html>{\"decision\":\"allow\"}</html>", "{\"decision\":\"allow\"", "{\"decisions\":\"allow\"}"})
    void whatIsNoAnswerIsNone(String body) {
        backend.answers(200, body);
        assertThat(ask()).isEqualTo(new Permit.Unanswered(true));
        assertThat(ask(PermitSettings.OnFailure.DENY)).isEqualTo(new Permit.Unanswered(false));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 400, 401, 403, 404, 429, 500, 503})
    void anotherStatusIsNoAnswer(int status) {
        backend.answers(status, status == 204 ? "" : "{\"decision\":\"allow\"}");
        assertThat(ask()).isEqualTo(new Permit.Unanswered(true));
    }

    @Test
    void redirectsAreNotFollowed() {
        backend.answers(answer(307, "").addHeader("Location", backend.url() + "/elsewhere"));
        assertThat(ask()).isEqualTo(new Permit.Unanswered(true));
        assertThat(backend.requests()).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutEndIsNotRead() {
        backend.answers(200, "{\"decision\":\"allow\",\"more\":\"" + "x".repeat(PermitAnswer.MAX_BYTES) + "\"}");
        assertThat(ask()).isEqualTo(new Permit.Unanswered(true));
        backend.answers(200, "{\"decision\":\"allow\",\"more\":\"" + "x".repeat(PermitAnswer.MAX_BYTES - 40) + "\"}");
        assertThat(ask()).isEqualTo(new Permit.Allowed(null));
    }

    @Test
    void whoIsSlowIsNotWaitedFor(CapturedOutput output) {
        for (var slow : List.of(answer(200, "{\"decision\":\"deny\"}").headersDelay(10, TimeUnit.SECONDS),
                answer(200, "{\"decision\":\"deny\"}").throttleBody(1, 1, TimeUnit.SECONDS),
                new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE))) {
            backend.answers(slow);
            long start = System.nanoTime();
            assertThat(ask(Duration.ofMillis(200))).isEqualTo(new Permit.Unanswered(true));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(150),
                    Duration.ofSeconds(5));
        }
        assertThat(output).contains("no answer within 200 ms").doesNotContain(TOKEN);
    }

    @Test
    void whoIsDeadIsNoAnswer() {
        var url = backend.url();
        backend.close();
        var permits = permits(settings(url, TOKEN, Duration.ofSeconds(5), PermitSettings.OnFailure.DENY), CLOSED);
        assertThat(permits.ask(QUESTION)).isEqualTo(new Permit.Unanswered(false));
        assertThat(metrics.counter("ringback.permit", "answer", "unanswered").count()).isEqualTo(1);
    }

    @Test
    void whoIsDeadIsLeftAloneAndFoundAgain() {
        var breaker = CircuitBreakerConfig.from(PermitConfiguration.BREAKER)
                .waitDurationInOpenState(Duration.ofMillis(300))
                .build();
        var permits = permits(settings(backend.url(), TOKEN, Duration.ofSeconds(5), PermitSettings.OnFailure.ALLOW),
                breaker);
        backend.answers(500, "");
        for (int i = 0; i < 50; i++) {
            assertThat(permits.ask(QUESTION)).isEqualTo(new Permit.Unanswered(true));
        }
        assertThat(backend.requests()).isLessThan(20);
        backend.answers(200, "{\"decision\":\"deny\"}");
        await().until(() -> permits.ask(QUESTION).equals(new Permit.Denied(null)));
    }

    /// A refusal is the answer of a backend in good health.
    @Test
    void refusalsAreNoFailures() {
        var permits = permits(settings(backend.url(), TOKEN, Duration.ofSeconds(5), PermitSettings.OnFailure.ALLOW),
                PermitConfiguration.BREAKER);
        backend.answers(200, "{\"decision\":\"deny\"}");
        for (int i = 0; i < 20; i++) {
            assertThat(permits.ask(QUESTION)).isEqualTo(new Permit.Denied(null));
        }
    }

    private Permit answered(String body) {
        backend.answers(200, body);
        return ask();
    }

    private Permit ask() {
        return ask(PermitSettings.OnFailure.ALLOW);
    }

    private Permit ask(PermitSettings.OnFailure onFailure) {
        return permits(settings(backend.url(), TOKEN, Duration.ofSeconds(5), onFailure), CLOSED).ask(QUESTION);
    }

    private Permit ask(Duration timeout) {
        return permits(settings(backend.url(), TOKEN, timeout, PermitSettings.OnFailure.ALLOW), CLOSED).ask(QUESTION);
    }

    private Permits permits(PermitSettings settings, CircuitBreakerConfig breaker) {
        @Nullable
        PermitBackend asked = PermitConfiguration.backend(settings, breaker);
        return new Permits(asked, settings.onFailure(), Spans.OFF, metrics);
    }

    private static PermitSettings settings(String url, String token, Duration timeout,
            PermitSettings.OnFailure onFailure) {
        return new PermitSettings(url, token, timeout, onFailure);
    }
}
