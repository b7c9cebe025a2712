package dev.ringback.device;

import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Forgets tokens that nobody has used for the retention time: their phones are in a drawer, and keeping the tokens only
/// costs pushes.
@Component
class DevicePurge {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePurge.class);
    private static final int BATCH = 500;

    private final PushTokens tokens;
    private final Duration retention;
    private final Clock clock;

    DevicePurge(PushTokens tokens, DeviceSettings settings, Clock clock) {
        this.tokens = tokens;
        this.retention = settings.retention();
        this.clock = clock;
    }

    /// Reads the whole table, having no index for it, so not often.
    @Scheduled(initialDelay = 300_000, fixedDelay = 21_600_000)
    void purge() {
        var since = clock.instant().minus(retention);
        long forgotten = 0;
        int batch;
        do {
            batch = tokens.deleteUnused(since, BATCH);
            forgotten += batch;
        } while (batch == BATCH);
        if (forgotten > 0) {
            LOG.info("Forgot {} push tokens that were not used for {}", forgotten, retention);
        }
    }
}
