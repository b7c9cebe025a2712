package dev.ringback.announce;

import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// A lane for each endpoint. New events are sent as soon as they are committed; the schedule is for what is tried again, and
/// for what a node that died had in hand.
@Component
class Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private final Map<Endpoint, Lane> lanes = new LinkedHashMap<>();
    private final Map<Endpoint, AtomicLong> ages = new LinkedHashMap<>();
    private final Outbox outbox;
    private final Clock clock;

    Lanes(Endpoints endpoints, Outbox outbox, EndpointClient client, Spans spans, Clock clock,
            MeterRegistry metrics) {
        this.outbox = outbox;
        this.clock = clock;
        for (var endpoint : endpoints.all()) {
            lanes.put(endpoint, new Lane(endpoint, outbox, client, spans, clock, metrics));
            var age = new AtomicLong();
            ages.put(endpoint, age);
            Gauge.builder("ringback.webhook.out.oldest.age", age, AtomicLong::doubleValue)
                    .description("of the event that waits longest for its endpoint")
                    .tag("endpoint", Integer.toString(endpoint.index()))
                    .baseUnit("seconds")
                    .register(metrics);
        }
        if (!lanes.isEmpty()) {
            LOG.info("Webhooks go to {}", lanes.keySet().stream().map(Endpoint::origin).toList());
        }
    }

    @Scheduled(fixedDelay = 500)
    void look() {
        lanes.values().forEach(Lane::look);
    }

    /// Has a look taken at what is due at these endpoints, and waits for nothing.
    void look(Collection<Endpoint> endpoints) {
        endpoints.stream().map(lanes::get).forEach(Lane::look);
    }

    /// How many events are being sent, or have a place kept while a look is taken.
    int inHand() {
        return lanes.values().stream().mapToInt(Lane::inHand).sum();
    }

    /// How far each endpoint is behind.
    @Scheduled(initialDelay = 15_000, fixedDelay = 15_000)
    void measure() {
        try {
            var now = clock.instant();
            ages.forEach((endpoint, age) -> age
                    .set(outbox.oldest(endpoint).map(oldest -> Duration.between(oldest, now).toSeconds()).orElse(0L)));
        } catch (DataAccessException | TransactionException failure) {
            LOG.warn("The database does not answer; how old webhooks are is not known: {}", failure.getMessage());
        }
    }

    @PreDestroy
    void close() {
        lanes.values().parallelStream().forEach(Lane::close);
    }
}
