package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ringback.support.IntegrationTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

@IntegrationTest
class DatabaseClockIntegrationTest {
    @Autowired
    private DatabaseClock clock;
    @Autowired
    private JdbcClient jdbc;
    @Autowired
    private Environment settings;

    @Test
    void itTellsTheDatabasesTime() {
        for (int i = 0; i < 2; i++) {
            var before = now();
            var told = clock.instant();
            var after = now();
            assertThat(told).isBetween(before.minusMillis(50), after.plusMillis(50));
            clock.synchronise();
        }
    }

    /// A busy pool would otherwise put every deadline into the future.
    @Test
    void waitingForAConnectionIsNoTime() throws Exception {
        try (var pool = new HikariDataSource()) {
            pool.setJdbcUrl(String.valueOf(settings.getProperty("spring.datasource.url")));
            pool.setUsername(settings.getProperty("spring.datasource.username"));
            pool.setPassword(settings.getProperty("spring.datasource.password"));
            pool.setMaximumPoolSize(1);
            var busy = new DatabaseClock(pool);
            var taken = pool.getConnection();
            CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS).execute(() -> close(taken));
            busy.synchronise();
            var before = now();
            var told = busy.instant();
            assertThat(told).isBetween(before.minusMillis(100), now().plusMillis(100));
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Instant now() {
        return jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
    }
}
