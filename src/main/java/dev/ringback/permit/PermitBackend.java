package dev.ringback.permit;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Asks the operator's backend: once, within the time limit, and not at all while it has lately answered nobody.
final class PermitBackend {
    private static final Logger LOG = LoggerFactory.getLogger(PermitBackend.class);
    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient http;
    private final HttpUrl url;
    private final String token;
    private final Duration timeout;
    private final CircuitBreaker breaker;

    /// @param token empty when none is to be sent
    PermitBackend(OkHttpClient http, HttpUrl url, String token, Duration timeout, CircuitBreakerConfig breaker) {
        this.http = http;
        this.url = url;
        this.token = token;
        this.timeout = timeout;
        this.breaker = CircuitBreaker.of("permit", breaker);
        this.breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn("Permit backend: circuit breaker {}", event.getStateTransition()));
    }

    /// What it says, or empty when it gives no answer that can be used.
    Optional<Permit> ask(PermitQuestion question) {
        if (!breaker.tryAcquirePermission()) {
            return Optional.empty();
        }
        long start = breaker.getCurrentTimestamp();
        try {
            var permit = answer(question);
            breaker.onSuccess(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit());
            return Optional.of(permit);
        } catch (IOException failure) {
            breaker.onError(breaker.getCurrentTimestamp() - start, breaker.getTimestampUnit(), failure);
            LOG.warn("Permit backend: {}", failure.toString());
            return Optional.empty();
        } catch (InterruptedException _) {
            breaker.releasePermission();
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// The limit is held here, whatever the connection, or the look-up of the name, does.
    private Permit answer(PermitQuestion question) throws IOException, InterruptedException {
        var call = http.newCall(request(question));
        var answer = new Answer();
        call.enqueue(answer);
        try {
            return answer.permit.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            call.cancel();
            throw new IOException("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException interrupt) {
            call.cancel();
            throw interrupt;
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException known ? known : new IOException(failure.getCause());
        }
    }

    private Request request(PermitQuestion question) {
        var request = new Request.Builder().url(url)
                .header("Accept", "application/json")
                .post(RequestBody.create(JsonMapper.shared().writeValueAsBytes(question), JSON));
        return (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build();
    }

    private static final class Answer implements Callback {
        private final CompletableFuture<Permit> permit = new CompletableFuture<>();

        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                permit.complete(PermitAnswer.read(response.code(), response.body().source()));
            } catch (IOException | RuntimeException failure) {
                permit.completeExceptionally(failure);
            }
        }

        @Override
        public void onFailure(Call call, IOException failure) {
            permit.completeExceptionally(failure);
        }
    }
}
