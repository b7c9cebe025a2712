package dev.ringback.database;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/// The database's clock, carried on by this machine's monotonic one.
///
/// Deadlines are shared by all nodes, so they follow one clock: a node whose own clock is wrong, or is set while it
/// runs, still rings and times out right. The difference is measured every 30 s; between two measurements the clock
/// drifts by what the two machines' oscillators do, microseconds. Right to within a round trip to the
/// database; ticks in milliseconds, as the API does.
final class DatabaseClock extends Clock {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseClock.class);
    private static final String NOW = "select clock_timestamp()";

    private final JdbcClient jdbc;
    private volatile Anchor anchor;

    DatabaseClock(DataSource database) {
        this.jdbc = JdbcClient.create(database);
        this.anchor = measure();
    }

    @Override
    public Instant instant() {
        return anchor.now();
    }

    @Scheduled(initialDelay = 30_000, fixedDelay = 30_000)
    void synchronise() {
        try {
            anchor = measure();
        } catch (DataAccessException failure) {
            LOG.warn("The database does not tell the time; going on by the last measurement: {}", failure.getMessage());
        }
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock tells instants, in UTC");
    }

    private Anchor measure() {
        long asked = System.nanoTime();
        var told = jdbc.sql(NOW).query(OffsetDateTime.class).single().toInstant();
        long answered = System.nanoTime();
        return new Anchor(told, asked + (answered - asked) / 2);
    }

    private record Anchor(Instant time, long nanoTime) {
        Instant now() {
            return time.plusNanos(System.nanoTime() - nanoTime).truncatedTo(ChronoUnit.MILLIS);
        }
    }
}
