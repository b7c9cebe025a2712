package dev.ringback.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/// Migrates a database that others work on. A statement that changes a table waits for whoever uses it, and everybody else
/// waits behind it: so it gives up soon (`spring.flyway.init-sqls`), lets them pass, and is tried again here. What has given
/// up has changed nothing.
final class PatientMigration implements FlywayMigrationStrategy {
    private static final Logger LOG = LoggerFactory.getLogger(PatientMigration.class);
    /// `lock_not_available`
    private static final String NO_LOCK = "55P03";
    private static final int TRIES = 30;
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    /// @throws FlywayException when a migration fails, or somebody holds a lock on one of its tables all the time
    @Override
    public void migrate(Flyway flyway) {
        for (int tries = 1;; tries++) {
            try {
                flyway.migrate();
                return;
            } catch (FlywayException failure) {
                if (tries == TRIES || !waitedForALock(failure)) {
                    throw failure;
                }
                LOG.warn("A migration waits for a table that somebody uses for long; trying again ({} of {})", tries,
                        TRIES);
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
        }
    }

    private static boolean waitedForALock(Throwable failure) {
        for (@Nullable
        Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && NO_LOCK.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }
}
