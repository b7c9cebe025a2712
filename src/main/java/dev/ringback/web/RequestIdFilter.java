package dev.ringback.web;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.telemetry.CallInHand;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Gives every request an id, the client's own (`X-Request-Id`) when it is harmless, and returns it with the answer.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestIdFilter extends OncePerRequestFilter {
    static final String MDC_KEY = "request_id";
    private static final String HEADER = "X-Request-Id";
    /// The id is logged and echoed: no room for line breaks or markup.
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var id = requestId(request.getHeader(HEADER));
        response.setHeader(HEADER, id);
        MDC.put(MDC_KEY, id);
        try (var _ = CallInHand.found()) {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(MDC_KEY);
        }
    }

    private static String requestId(@Nullable String given) {
        return given != null && HARMLESS.matcher(given).matches()
                ? given
                : UuidCreator.getTimeOrderedEpochFast().toString();
    }
}
