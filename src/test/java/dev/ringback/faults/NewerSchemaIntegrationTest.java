package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.RingbackApplication;
import dev.ringback.database.Migration;
import dev.ringback.support.Api;
import dev.ringback.support.TestDatabase;
import dev.ringback.support.Tokens;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The code of today on the schema of tomorrow: what a rolling upgrade and a rollback need of it.
class NewerSchemaIntegrationTest {
    /// As often as makes PostgreSQL's driver keep each statement prepared on each of the pool's connections.
    private static final int UNTIL_STATEMENTS_ARE_PREPARED = 12;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String OWNER = "owner_of_tables";
    private static final String WAITING = """
            select from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%from_the_future%'""";

    private final Map<String, Object> database = TestDatabase.create();

    @Test
    @Timeout(120)
    void aNodeStartsOnItAndGoesOnWhileItChanges() throws Exception {
        migrate("classpath:db/migration", "classpath:newer/before");
        try (var rooms = new FakeRooms(); var pushes = new FakePushes(); var node = node(rooms, pushes)) {
            int port = node.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            for (int i = 0; i < UNTIL_STATEMENTS_ARE_PREPARED; i++) {
                wholeLife(port, "before-" + i);
            }
            assertThat(migrate("classpath:db/migration", "classpath:newer/before", "classpath:newer/while"))
                    .isEqualTo(1);
            for (int i = 0; i < UNTIL_STATEMENTS_ARE_PREPARED; i++) {
                wholeLife(port, "after-" + i);
            }
            await().untilAsserted(() -> assertThat(pushes.pushes()).filteredOn(FakePushes.Push::isRing)
                    .extracting(FakePushes.Push::to)
                    .contains("called-after-" + (UNTIL_STATEMENTS_ARE_PREPARED - 1)));
        }
    }

    /// A statement that changes a table would make everybody wait behind it: it lets them pass, and comes again.
    @Test
    @Timeout(120)
    void aMigrationWaitsForATableThatIsInUseAndHoldsUpNobody() throws Exception {
        migrate("classpath:db/migration");
        try (var reader = connection(); var other = connection()) {
            reader.setAutoCommit(false);
            execute(reader, "select count(*) from call");
            var migrating = CompletableFuture.runAsync(
                    () -> migration("spring.flyway.locations=classpath:db/migration,classpath:newer/while"));
            await().atMost(PATIENCE).until(() -> execute(other, WAITING));
            await().atMost(PATIENCE).until(() -> !execute(other, WAITING));
            assertThat(migrating).isNotDone();
            reader.rollback();
            migrating.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            execute(other, "select later_from_the_future from call");
        }
    }

    @Test
    void tablesBelongToWhoeverMigratesAndMayBeMadeBeforeTheServiceStarts() throws Exception {
        try (var connection = connection(); var statement = connection.createStatement()) {
            statement.execute("create role " + OWNER + " login; grant create on schema public to " + OWNER);
            migration("spring.flyway.enabled=false");
            assertThat(execute(connection, "select from pg_tables where schemaname = 'public'")).isFalse();
            migration("spring.flyway.user=" + OWNER, "spring.flyway.password=");
            assertThat(execute(connection,
                    "select from pg_tables where tablename = 'call' and tableowner = '" + OWNER + "'")).isTrue();
        }
    }

    /// As by `migrate` on the command line.
    private void migration(String... more) {
        Migration.run(Stream.concat(settings().stream(), Stream.of(more))
                .map(setting -> "--" + setting)
                .toArray(String[]::new));
    }

    /// Every kind of statement that a call needs, most of them in transactions too.
    private static void wholeLife(int port, String name) {
        var caller = Api.user(port, "caller-" + name);
        var called = Api.user(port, "called-" + name);
        called.post("/api/push/register", "{\"platform\":\"android\",\"token\":\"%s\",\"device_id\":\"phone\"}"
                .formatted(FakePushes.tokenOf("called-" + name))).mustBe(200);
        var accepted = caller.call("called-" + name);
        called.command("ringing", accepted, ",\"device_id\":\"phone\"").mustBe(204);
        called.command("accept", accepted, ",\"device_id\":\"phone\"").mustBe(200);
        caller.command("end", accepted).mustBe(200);
        var rejected = caller.call("called-" + name);
        called.command("reject", rejected).mustBe(200);
        var cancelled = caller.call("called-" + name);
        caller.command("cancel", cancelled).mustBe(200);
        assertThat(called.get("/api/call").mustBe(200).get("calls")).hasSize(3);
        called.get("/api/call/active").mustBe(200);
        caller.get("/api/call/" + cancelled.get("call_id").asString() + "/trace").mustBe(200);
        called.post("/api/push/unregister", "{\"device_id\":\"phone\"}").mustBe(204);
    }

    private ConfigurableApplicationContext node(FakeRooms rooms, FakePushes pushes) {
        var settings = new ArrayList<>(settings());
        settings.addAll(rooms.settings("one"));
        settings.addAll(pushes.settings("one"));
        settings.addAll(List.of("server.port=0", "ringback.auth.hs256-secret=" + Tokens.SECRET,
                "ringback.call.fail-fast=false", "spring.datasource.hikari.maximum-pool-size=2"));
        return new SpringApplicationBuilder(RingbackApplication.class)
                .run(settings.stream().map(setting -> "--" + setting).toArray(String[]::new));
    }

    private int migrate(String... locations) {
        return Flyway.configure()
                .dataSource(value("url"), value("username"), value("password"))
                .locations(locations)
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load()
                .migrate().migrationsExecuted;
    }

    private List<String> settings() {
        return database.entrySet().stream().map(setting -> setting.getKey() + "=" + setting.getValue()).toList();
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection(value("url"), value("username"), value("password"));
    }

    /// Whether there is a row.
    private static boolean execute(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private String value(String name) {
        return Objects.toString(database.get("spring.datasource." + name));
    }
}
