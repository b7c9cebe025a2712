package dev.ringback.permit;

import dev.ringback.telemetry.Spans;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class PermitConfiguration {
    private static final Pattern HEADER_TEXT = Pattern.compile("[\\x21-\\x7e]*");
    private static final int AT_ONCE = 64;
    private static final Duration HTTP2_PING = Duration.ofSeconds(5);

    /// A backend that is dead holds up the first five calls, and those made meanwhile, for its timeout; then two every five
    /// seconds.
    static final CircuitBreakerConfig BREAKER = CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.TIME_BASED)
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(50)
            .waitDurationInOpenState(Duration.ofSeconds(5))
            .permittedNumberOfCallsInHalfOpenState(2)
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(10))
            .writableStackTraceEnabled(false)
            .build();

    @Bean
    Permits permits(PermitSettings settings, Spans spans, MeterRegistry metrics) {
        return new Permits(backend(settings, BREAKER), settings.onFailure(), spans, metrics);
    }

    static @Nullable PermitBackend backend(PermitSettings settings, CircuitBreakerConfig breaker) {
        if (settings.url().isBlank()) {
            return null;
        }
        return new PermitBackend(http(settings.timeout()), checked(settings.url().strip()),
                checkedToken(settings.token().strip()), settings.timeout(), breaker);
    }

    /// Threads of its own, and no virtual ones: the resolver would hold the carrier of one, and cannot be interrupted. A
    /// question may be sent again when its connection was already gone, since nothing is changed by it.
    private static OkHttpClient http(Duration timeout) {
        var dispatcher = new Dispatcher(threads());
        dispatcher.setMaxRequests(AT_ONCE);
        dispatcher.setMaxRequestsPerHost(AT_ONCE);
        return new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .callTimeout(timeout)
                .pingInterval(HTTP2_PING)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
    }

    private static ExecutorService threads() {
        return Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("permit-", 0).factory());
    }

    private static HttpUrl checked(String address) {
        var url = HttpUrl.parse(address);
        if (url == null || !url.username().isEmpty() || !url.password().isEmpty() || url.fragment() != null) {
            throw new FailureAnalyzedException(
                    "ringback.permit.url is not an http or https URL without a user and a fragment.",
                    "Set ringback.permit.url to the address that is to be asked, such as "
                            + "https://backend.example.com/may-ring, or remove it; what proves who asks goes to ringback.permit.token.");
        }
        return url;
    }

    private static String checkedToken(String token) {
        if (!HEADER_TEXT.matcher(token).matches()) {
            throw new FailureAnalyzedException(
                    "ringback.permit.token holds something else than visible ASCII characters.",
                    "Set ringback.permit.token to what your backend expects behind \"Authorization: Bearer \", or remove it.");
        }
        return token;
    }
}
