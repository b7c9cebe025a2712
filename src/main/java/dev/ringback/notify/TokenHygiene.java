package dev.ringback.notify;

import dev.ringback.device.Devices;
import dev.ringback.device.PushToken;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Removes tokens that reach nobody any more, and tells the operator what is not a token's fault.
@Component
class TokenHygiene {
    private static final Logger LOG = LoggerFactory.getLogger(TokenHygiene.class);
    private static final Duration COMPLAINT_EVERY = Duration.ofMinutes(1);

    private final Devices devices;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final Map<String, RemovalBrake> brakes = new ConcurrentHashMap<>();
    /// When each was last made: providers have few codes.
    private final Map<String, Instant> complaints = new ConcurrentHashMap<>();

    TokenHygiene(Devices devices, MeterRegistry metrics, Clock clock) {
        this.devices = devices;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Draws the consequences of an attempt; returns whether its token was removed.
    boolean after(Attempt attempt) {
        if (!(attempt.to() instanceof Address.Token(var token))) {
            if (attempt.outcome() instanceof Outcome.Refused(var code)) {
                complain("%s refuses what is published (%s)".formatted(attempt.channel(), code));
            }
            return false;
        }
        var brake = brakes.computeIfAbsent(attempt.channel(), _ -> new RemovalBrake());
        if (attempt.outcome() instanceof Outcome.DeadToken dead) {
            return brake.dead(clock.instant()) ? remove(attempt, token, dead) : keep(attempt, dead);
        }
        brake.alive(clock.instant());
        if (attempt.outcome() instanceof Outcome.Refused(var code)) {
            complain("%s refuses %s pushes (%s)".formatted(attempt.channel(), token.platform().word(), code));
        }
        return false;
    }

    private boolean remove(Attempt attempt, PushToken token, Outcome.DeadToken dead) {
        if (!devices.remove(token, dead.since())) {
            return false;
        }
        Counter.builder("ringback.push.tokens.removed")
                .description("tokens that were removed since their provider called them dead")
                .tags("channel", attempt.channel())
                .register(metrics)
                .increment();
        LOG.info("Removed a dead {} token ({})", token.platform().word(), dead.code());
        return true;
    }

    private boolean keep(Attempt attempt, Outcome.DeadToken dead) {
        Counter.builder("ringback.push.tokens.kept")
                .description("tokens that were called dead and kept, since too many were")
                .tags("channel", attempt.channel())
                .register(metrics)
                .increment();
        complain("%s calls over a fifth of its tokens dead (%s): none is removed".formatted(attempt.channel(),
                dead.code()));
        return false;
    }

    /// Once a minute for each: what is wrong for one push is wrong for all.
    private void complain(String complaint) {
        var now = clock.instant();
        var lately = complaints.get(complaint);
        if (lately == null || !lately.plus(COMPLAINT_EVERY).isAfter(now)) {
            complaints.put(complaint, now);
            LOG.error("Channel {}. GET /api/push/check says what is wrong", complaint);
        }
    }
}
