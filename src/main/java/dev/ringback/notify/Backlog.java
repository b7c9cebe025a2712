package dev.ringback.notify;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// How far deliveries are behind: while all is well nothing is due for longer than a moment, on whatever node.
@Component
class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private final AtomicLong overdueMs = new AtomicLong();
    private final Deliveries deliveries;
    private final Clock clock;

    Backlog(Deliveries deliveries, Clock clock, MeterRegistry metrics) {
        this.deliveries = deliveries;
        this.clock = clock;
        Gauge.builder("ringback.delivery.overdue", overdueMs, ms -> ms.get() / 1_000.0)
                .description("for how long the delivery that is due longest has been due")
                .baseUnit("seconds")
                .register(metrics);
    }

    @Scheduled(initialDelay = 15_000, fixedDelay = 15_000)
    void measure() {
        try {
            var now = clock.instant();
            overdueMs.set(deliveries.oldestDue().map(due -> late(due, now)).orElse(0L));
        } catch (DataAccessException | TransactionException failure) {
            LOG.warn("The database does not answer; how far deliveries are behind is not known: {}",
                    failure.getMessage());
        }
    }

    private static long late(Instant due, Instant now) {
        return Math.max(0, Duration.between(due, now).toMillis());
    }
}
