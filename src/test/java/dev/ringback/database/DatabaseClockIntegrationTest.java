package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.IntegrationTest;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@IntegrationTest
class DatabaseClockIntegrationTest {
    @Autowired
    private DatabaseClock clock;
    @Autowired
    private JdbcClient jdbc;

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

    private Instant now() {
        return jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
    }
}
