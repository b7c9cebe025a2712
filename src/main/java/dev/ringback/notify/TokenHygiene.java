package dev.ringback.notify;

import dev.ringback.device.Devices;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Removes tokens that reach nobody any more, and tells the operator what is not a token's fault.
@Component
class TokenHygiene {
    private static final Logger LOG = LoggerFactory.getLogger(TokenHygiene.class);

    private final Devices devices;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final Map<String, RemovalBrake> brakes = new ConcurrentHashMap<>();

    TokenHygiene(Devices devices, MeterRegistry metrics, Clock clock) {
        this.devices = devices;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Draws the consequences of an attempt; returns whether its token was removed.
    boolean after(Attempt attempt) {
        var brake = brakes.computeIfAbsent(attempt.channel(), _ -> new RemovalBrake());
        if (attempt.outcome() instanceof Outcome.DeadToken dead) {
            if (!brake.dead(clock.instant())) {
                metrics.counter("ringback.push.tokens.kept", "channel", attempt.channel()).increment();
                LOG.error(
                        "Channel {} calls over a fifth of its tokens dead ({}): none is removed. Are its credentials of"
                                + " the right project and environment? See GET /api/push/check",
                        attempt.channel(), dead.code());
                return false;
            }
            return remove(attempt, dead);
        }
        brake.alive(clock.instant());
        if (attempt.outcome() instanceof Outcome.Refused(var code)) {
            LOG.error("Channel {} refuses {} pushes: {}. See GET /api/push/check", attempt.channel(),
                    attempt.to().platform().word(), code);
        }
        return false;
    }

    private boolean remove(Attempt attempt, Outcome.DeadToken dead) {
        if (!devices.remove(attempt.to(), dead.since())) {
            return false;
        }
        metrics.counter("ringback.push.tokens.removed", "channel", attempt.channel()).increment();
        LOG.info("Removed a dead {} token ({})", attempt.to().platform().word(), dead.code());
        return true;
    }
}
