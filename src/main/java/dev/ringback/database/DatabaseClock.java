package dev.ringback.database;

import java.sql.Connection;
import java.sql.SQLException;
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
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
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

    private static final int ROUND_TRIPS = 3;

    private final JdbcTemplate jdbc;
    private volatile Anchor anchor;

    DatabaseClock(DataSource database) {
        this.jdbc = new JdbcTemplate(database);
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

    /// With the connection in hand, since waiting for one says nothing about the time; of a few round trips the shortest
    /// leaves the least doubt.
    private Anchor measure() {
        return jdbc.execute((ConnectionCallback<Anchor>) connection -> {
            var best = ask(connection);
            for (int i = 1; i < ROUND_TRIPS; i++) {
                var next = ask(connection);
                best = next.doubt() < best.doubt() ? next : best;
            }
            return best;
        });
    }

    private static Anchor ask(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            long asked = System.nanoTime();
            try (var answer = statement.executeQuery(NOW)) {
                answer.next();
                long answered = System.nanoTime();
                long doubt = (answered - asked) / 2;
                return new Anchor(answer.getObject(1, OffsetDateTime.class).toInstant(), asked + doubt, doubt);
            }
        }
    }

    /// @param doubt how far it may be off, in nanoseconds
    private record Anchor(Instant time, long nanoTime, long doubt) {
        Instant now() {
            return time.plusNanos(System.nanoTime() - nanoTime).truncatedTo(ChronoUnit.MILLIS);
        }
    }
}
