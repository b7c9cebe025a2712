package dev.ringback.announce;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Forgets parked events after the retention time, and parks those of endpoints that are no longer in the settings: nobody
/// sends them.
@Component
class OutboxPurge {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxPurge.class);
    private static final int BATCH = 500;

    private final Outbox outbox;
    private final List<String> endpoints;
    private final Duration retention;
    private final Clock clock;

    OutboxPurge(Outbox outbox, Endpoints endpoints, AnnounceSettings settings, Clock clock) {
        this.outbox = outbox;
        this.endpoints = endpoints.all().stream().map(Endpoint::id).toList();
        this.retention = settings.retention();
        this.clock = clock;
    }

    @Scheduled(initialDelay = 120_000, fixedDelay = 600_000)
    void purge() {
        var now = clock.instant();
        int parked = 0;
        int batch;
        do {
            batch = outbox.parkOrphans(endpoints, now, BATCH);
            parked += batch;
        } while (batch == BATCH);
        if (parked > 0) {
            LOG.warn("Parked {} webhooks of endpoints that are no longer set", parked);
        }
        while (outbox.deleteParked(now.minus(retention), BATCH) == BATCH) {
        }
    }
}
