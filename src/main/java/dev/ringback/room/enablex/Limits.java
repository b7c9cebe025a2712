package dev.ringback.room.enablex;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;

/// How long and how often EnableX is asked.
///
/// @param connect for finding the address, and again for connecting to it
/// @param total for one method of the provider, all its attempts and pauses included
/// @param resends attempts after the first
/// @param firstPause before the first resend; doubles with each, and varies by half to either side
/// @param breaker when to stop asking, and for how long
record Limits(Duration connect, Duration total, int resends, Duration firstPause, CircuitBreakerConfig breaker) {

    /// The window is one of time, so that a server with little to do is not held up by failures of an hour ago.
    static final Limits STANDARD = new Limits(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            2,
            Duration.ofMillis(100),
            CircuitBreakerConfig.custom()
                    .slidingWindowType(SlidingWindowType.TIME_BASED)
                    .slidingWindowSize(30)
                    .minimumNumberOfCalls(10)
                    .failureRateThreshold(50)
                    .waitDurationInOpenState(Duration.ofSeconds(5))
                    .permittedNumberOfCallsInHalfOpenState(3)
                    .maxWaitDurationInHalfOpenState(Duration.ofSeconds(10))
                    .build());
}
