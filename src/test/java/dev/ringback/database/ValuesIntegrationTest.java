package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.TestDatabase;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class ValuesIntegrationTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123456Z");
    private static final Values<Row> ROWS = Values.<Row>as("r")
            .with("id", "integer", Row::id)
            .with("name", "text", Row::name)
            .with("at", "timestamptz", Row::at)
            .with("tags", "text[]", row -> row.tags().toArray(String[]::new));

    private SingleConnectionDataSource connection;
    private JdbcClient jdbc;

    private record Row(int id, @Nullable String name, @Nullable Instant at, List<String> tags) {}

    @BeforeEach
    void connect() throws SQLException {
        var database = TestDatabase.create();
        var settings = new Properties();
        settings.put("user", database.get("spring.datasource.username"));
        settings.put("password", database.get("spring.datasource.password"));
        // prepared on the server from the first time on
        settings.put("prepareThreshold", "1");
        connection = new SingleConnectionDataSource(
                DriverManager.getConnection(String.valueOf(database.get("spring.datasource.url")), settings), true);
        jdbc = JdbcClient.create(connection);
    }

    @AfterEach
    void close() {
        connection.destroy();
    }

    @Test
    void everyValueComesThrough() {
        var rows = List.of(new Row(1, "one", NOON, List.of("a", "b")), new Row(2, null, null, List.of()));
        assertThat(read(rows)).isEqualTo(rows);
    }

    /// The driver prepares a statement anew when a parameter's type is another than the last time.
    @Test
    void aStatementStaysPreparedWhetherAValueIsThereOrNot() {
        for (int i = 0; i < 10; i++) {
            read(List.of(new Row(1, null, null, List.of())));
            read(List.of(new Row(1, "one", NOON, List.of("a"))));
        }
        var plans = jdbc
                .sql("select generic_plans + custom_plans from pg_prepared_statements where statement like :like")
                .param("like", "select r.%")
                .query(Integer.class)
                .list();
        assertThat(plans).containsExactly(20);
    }

    @Test
    void whatIsSetIsEveryColumnButThoseNamed() {
        assertThat(ROWS.assignments("excluded", "id", "tags")).isEqualTo("name = excluded.name, at = excluded.at");
    }

    private List<Row> read(List<Row> rows) {
        var parameters = new ArrayList<@Nullable Object>();
        var sql = "select r.* from " + ROWS.list(rows, parameters) + " order by id";
        return jdbc.sql(sql).params(parameters).query((row, _) -> {
            var at = row.getTimestamp("at");
            return new Row(row.getInt("id"), row.getString("name"), at == null ? null : at.toInstant(),
                    List.of((String[]) row.getArray("tags").getArray()));
        }).list();
    }
}
