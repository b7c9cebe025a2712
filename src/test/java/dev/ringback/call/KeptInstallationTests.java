package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.database.KeptKeys;
import dev.ringback.support.TestDatabase;
import java.time.Clock;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// Which installation rooms are named after, on PostgreSQL.
class KeptInstallationTests {
    private final JdbcClient database = migrated();

    @Test
    void itIsTheSameForAllNodesAndAllStarts() {
        assertThat(installationIn(database)).isEqualTo(installationIn(database));
    }

    @Test
    void everyInstallationHasItsOwn() {
        assertThat(installationIn(database)).isNotEqualTo(installationIn(migrated()));
    }

    /// Staging with production's data must not delete the rooms of production's calls.
    @Test
    void aCopyOfADatabaseIsAnotherInstallation() {
        var original = installationIn(database);
        var copy = migrated();
        database.sql("select name, value, created_at from kept_key")
                .query()
                .listOfRows()
                .forEach(row -> copy
                        .sql("insert into kept_key (name, value, created_at) values (:name, :value, :created_at)")
                        .params(row)
                        .update());
        assertThat(installationIn(copy)).isNotEqualTo(original);
        assertThat(installationIn(database)).isEqualTo(original);
    }

    /// As on a managed database, where Ringback's user owns its tables and nothing else.
    @Test
    void anOrdinaryUserOfTheDatabaseIsEnough() {
        var settings = TestDatabase.create();
        migrate(source(settings));
        JdbcClient.create(source(settings)).sql("""
                do $$ begin create role ordinary login password 'ordinary'; exception when duplicate_object then end $$;
                grant select, insert on kept_key to ordinary""").update();
        var ordinary = new DriverManagerDataSource(String.valueOf(settings.get("spring.datasource.url")), "ordinary",
                "ordinary");
        assertThat(installationIn(JdbcClient.create(ordinary))).isNotBlank();
    }

    private static String installationIn(JdbcClient database) {
        return new KeptInstallation(new KeptKeys(database, Clock.systemUTC()), database).get().id();
    }

    private static JdbcClient migrated() {
        var source = source(TestDatabase.create());
        migrate(source);
        return JdbcClient.create(source);
    }

    private static void migrate(DataSource source) {
        Flyway.configure().dataSource(source).load().migrate();
    }

    private static DataSource source(Map<String, Object> settings) {
        return new DriverManagerDataSource(String.valueOf(settings.get("spring.datasource.url")),
                String.valueOf(settings.get("spring.datasource.username")),
                String.valueOf(settings.get("spring.datasource.password")));
    }
}
