package dev.ringback.device;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Forgets tokens that nobody has used for the retention time: their phones are in a drawer, and keeping the tokens only
/// costs pushes.
@Component
class DevicePurge {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePurge.class);
    private static final int BATCH = 500;

    private final PushTokens tokens;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Duration retention;
    private final Clock clock;

    DevicePurge(PushTokens tokens, TransactionTemplate transaction, ApplicationEventPublisher events,
            DeviceSettings settings, Clock clock) {
        this.tokens = tokens;
        this.transaction = transaction;
        this.events = events;
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
            batch = purgeBatch(since);
            forgotten += batch;
        } while (batch == BATCH);
        if (forgotten > 0) {
            LOG.info("Forgot {} push tokens that were not used for {}", forgotten, retention);
        }
    }

    private int purgeBatch(Instant since) {
        return transaction.execute(_ -> {
            var deleted = tokens.deleteUnused(since, BATCH);
            var left = tokens.ofUsers(deleted.stream().map(Devices.Ref::userId).distinct().toList())
                    .stream()
                    .map(token -> new Devices.Ref(token.userId(), token.deviceId()))
                    .collect(Collectors.toSet());
            deleted.stream()
                    .distinct()
                    .filter(device -> !left.contains(device))
                    .forEach(device -> events.publishEvent(new DeviceRemoved(device.userId(), device.deviceId(),
                            DeviceRemoved.Reason.UNUSED)));
            return deleted.size();
        });
    }
}
