package dev.ringback.room.enablex;

import dev.ringback.room.enablex.Answer.Done;
import dev.ringback.room.enablex.Answer.Failed;
import dev.ringback.room.enablex.Answer.Refused;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks EnableX: within the time limit, through the circuit breaker, again where that is safe.
final class EnableXClient {
    private static final Logger log = LoggerFactory.getLogger(EnableXClient.class);

    private final OkHttpClient http;
    private final AnswerReader reader;
    private final Limits limits;
    private final CircuitBreaker breaker;
    private final RandomGenerator jitter;

    EnableXClient(OkHttpClient http, AnswerReader reader, Limits limits, RandomGenerator jitter) {
        this.http = http;
        this.reader = reader;
        this.limits = limits;
        this.breaker = CircuitBreaker.of("enablex", limits.breaker());
        this.jitter = jitter;
        breaker.getEventPublisher()
                .onStateTransition(event -> log.warn("EnableX: circuit breaker {}", event.getStateTransition()));
    }

    Answer ask(Request request, Resend resend) {
        var deadline = Deadline.in(limits.total());
        for (int resends = 0;; resends++) {
            var answer = attempt(request, deadline);
            if (!(answer instanceof Failed failed) || resends == limits.resends()
                    || !resend.allowedAfter(failed.fault())) {
                return answer;
            }
            var pause = pauseAfter(failed, resends);
            if (pause.compareTo(deadline.left()) >= 0 || !waited(pause)) {
                return answer;
            }
            log.info("EnableX: {} {}: {}; asked again after {} ms",
                    request.method(),
                    request.url().encodedPath(),
                    failed.text(),
                    pause.toMillis());
        }
    }

    private Answer attempt(Request request, Deadline deadline) {
        if (!breaker.tryAcquirePermission()) {
            return new Failed(Fault.CIRCUIT_OPEN, "not asked, since the last requests failed");
        }
        var start = breaker.getCurrentTimestamp();
        var answer = send(request, deadline);
        tellBreaker(answer, breaker.getCurrentTimestamp() - start);
        return answer;
    }

    /// Catches everything, since OkHttp lets an undeclared `InterruptedException` through where it waits for a
    /// connection.
    private Answer send(Request request, Deadline deadline) {
        var call = http.newCall(request);
        call.timeout().timeout(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        var watch = new SendWatch();
        call.addEventListener(watch);
        try (var response = call.execute()) {
            return reader.read(response);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            var fault = watch.sent ? Fault.NO_ANSWER : Fault.NOT_SENT;
            return new Failed(fault, "no answer, " + e, null, e);
        }
    }

    /// A refusal is the answer of a provider in good health, and so is *too many requests*: an open circuit would turn
    /// the requests that get through into failures too. An interrupt is our own doing.
    private void tellBreaker(Answer answer, long duration) {
        var unit = breaker.getTimestampUnit();
        switch (answer) {
            case Done _ -> breaker.onSuccess(duration, unit);
            case Refused _ -> breaker.onSuccess(duration, unit);
            case Failed failed when failed.fault() == Fault.RATE_LIMITED || Thread.currentThread().isInterrupted() ->
                breaker.releasePermission();
            case Failed failed -> breaker.onError(duration, unit, new IOException(failed.text()));
        }
    }

    private Duration pauseAfter(Failed failed, int resends) {
        var nanos = limits.firstPause().toNanos() << resends;
        var own = Duration.ofNanos(jitter.nextLong(nanos / 2, nanos * 3 / 2));
        var asked = failed.retryAfter();
        return asked == null || asked.compareTo(own) < 0 ? own : asked;
    }

    private static boolean waited(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Knows for certain that nothing was sent, which the kind of exception does not tell.
    private static final class SendWatch extends EventListener {
        private volatile boolean sent;

        @Override
        public void requestHeadersStart(Call call) {
            sent = true;
        }
    }

    private record Deadline(long nanoTime) {
        static Deadline in(Duration time) {
            return new Deadline(System.nanoTime() + time.toNanos());
        }

        /// Never zero, which OkHttp takes for *no limit*.
        Duration left() {
            return Duration.ofNanos(Math.max(1, nanoTime - System.nanoTime()));
        }
    }
}
