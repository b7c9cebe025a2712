package push;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// How many SQL statements ran, counted by PostgreSQL's `pg_stat_statements`.
final class Statements implements AutoCloseable {
    private final Connection database;

    Statements(String jdbcUrl) throws SQLException {
        database = DriverManager.getConnection(jdbcUrl);
        try (var statement = database.createStatement()) {
            statement.execute("create extension if not exists pg_stat_statements");
        }
    }

    void reset() throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("select pg_stat_statements_reset()");
        }
    }

    /// Of a `COMMIT` that is prepared, as the driver's is, only the first is counted; there are as many as `BEGIN`s.
    long counted() throws SQLException {
        try (var statement = database.createStatement(); var rows = statement.executeQuery("""
                select coalesce(sum(case when query = 'BEGIN' then 2 * calls else calls end), 0)
                from pg_stat_statements
                where query not like '%pg_stat_statements%' and query <> 'COMMIT'""")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
