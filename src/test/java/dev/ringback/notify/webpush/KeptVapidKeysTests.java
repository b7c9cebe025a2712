package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.database.KeptKeys;
import dev.ringback.support.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// The pair that the installation makes for itself, on PostgreSQL.
class KeptVapidKeysTests {
    private static final int NODES = 8;
    private static final JdbcClient DATABASE = migrated();

    private final KeptVapidKeys kept = new KeptVapidKeys(new KeptKeys(DATABASE, Clock.systemUTC()));

    @BeforeEach
    void forget() {
        DATABASE.sql("delete from kept_key").update();
    }

    @Test
    void aPairIsMadeOnce() {
        var made = kept.get();
        assertThat(kept.get()).isEqualTo(made);
        assertThat(new KeptVapidKeys(new KeptKeys(DATABASE, Clock.systemUTC())).get()).isEqualTo(made);
    }

    @Test
    void nodesThatStartAtOnceHaveOnePair() throws Exception {
        for (int round = 0; round < 5; round++) {
            forget();
            var together = new CyclicBarrier(NODES);
            var pairs = new ArrayList<Future<VapidKeys>>();
            try (var threads = Executors.newFixedThreadPool(NODES)) {
                for (int node = 0; node < NODES; node++) {
                    pairs.add(threads.submit(() -> {
                        together.await();
                        return new KeptVapidKeys(new KeptKeys(DATABASE, Clock.systemUTC())).get();
                    }));
                }
            }
            var distinct = new HashSet<VapidKeys>();
            for (var pair : pairs) {
                distinct.add(pair.get());
            }
            assertThat(distinct).hasSize(1);
            assertThat(kept.get()).isEqualTo(distinct.iterator().next());
        }
    }

    /// The race's second half, without the luck that a race needs.
    @Test
    void whoComesSecondTakesTheOthersPair() {
        var first = new VapidKeys[1];
        var late = new KeptVapidKeys(new KeptKeys(DATABASE, new Clock() {
            @Override
            public Instant instant() {
                first[0] = kept.get();
                return Clock.systemUTC().instant();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        }));
        assertThat(late.get()).isEqualTo(first[0]);
    }

    private static JdbcClient migrated() {
        var settings = TestDatabase.create();
        var source = new DriverManagerDataSource(Objects.toString(settings.get("spring.datasource.url")),
                Objects.toString(settings.get("spring.datasource.username")),
                Objects.toString(settings.get("spring.datasource.password")));
        Flyway.configure().dataSource(source).load().migrate();
        return JdbcClient.create(source);
    }
}
