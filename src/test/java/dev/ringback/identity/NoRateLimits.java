package dev.ringback.identity;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;

/// For tests of what stands behind the limits.
public final class NoRateLimits {
    private NoRateLimits() {}

    public static RateLimits create() {
        var off = new RateLimitSettings(false, 1, 1, 1, 1, 1, 1);
        return new RateLimits(off, new Buckets(off, (SharedBuckets) null, Clock.systemUTC()),
                new SimpleMeterRegistry());
    }
}
