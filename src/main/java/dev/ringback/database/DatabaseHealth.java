package dev.ringback.database;

import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;

/// Whether the database lets this node do its work. Readiness follows it; liveness does not, since no restart of this
/// process mends a database.
///
/// It is asked in the background, so that whoever probes us is answered at once, whatever hangs. Asked through the pool:
/// a node whose connections are all taken has nothing to answer requests with either.
final class DatabaseHealth implements HealthIndicator {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseHealth.class);
    private static final String MAY_WRITE = "select current_setting('transaction_read_only') = 'off'";
    /// An answer older than this is none: the question after it hangs.
    private static final Duration COUNTS_FOR = Duration.ofSeconds(5);

    private final JdbcTemplate jdbc;
    private volatile State state = new State(null, System.nanoTime());

    DatabaseHealth(DataSource database) {
        this.jdbc = new JdbcTemplate(database);
    }

    /// @param trouble null when there is none
    private record State(@Nullable String trouble, long since) {}

    @Override
    public Health health() {
        return isWell() ? Health.up().build() : Health.down().build();
    }

    private boolean isWell() {
        var now = state;
        return now.trouble() == null && System.nanoTime() - now.since() < COUNTS_FOR.toNanos();
    }

    @Scheduled(fixedDelay = 1_000)
    void probe() {
        var trouble = trouble();
        var before = state.trouble();
        state = new State(trouble, System.nanoTime());
        if (!Objects.equals(trouble, before)) {
            LOG.warn("The database {}", trouble == null ? "answers again: ready" : trouble + ": not ready");
        }
    }

    private @Nullable String trouble() {
        try {
            return Boolean.TRUE.equals(jdbc.queryForObject(MAY_WRITE, Boolean.class)) ? null : "takes no writes";
        } catch (DataAccessException _) {
            return "does not answer";
        }
    }
}
