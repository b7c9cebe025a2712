package load;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What several nodes, their PostgreSQL and their Redis spend.
///
/// @param database with `pg_stat_statements`
/// @param processes beside PostgreSQL, by name
record Cost(Connection database, int redisPort, Map<String, Usage.Watched> processes, long postgresPid) {
    private static final Pattern COMMANDS = Pattern.compile("total_commands_processed:(\\d+)");
    private static final Pattern BYTES_OUT = Pattern.compile("total_net_output_bytes:(\\d+)");

    Cost {
        try (var statement = database.createStatement()) {
            statement.execute("create extension if not exists pg_stat_statements");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Sums up to one moment, or between two, by what they are of.
    record Sums(Map<String, Double> of) {
        Sums since(Sums before) {
            var difference = new TreeMap<String, Double>();
            of.forEach((what, sum) -> difference.put(what, sum - before.of.get(what)));
            return new Sums(difference);
        }

        void print(int calls) {
            System.out.println("| a call costs | |\n|---|--:|");
            of.forEach((what, sum) -> System.out.printf(Locale.ROOT, "| %s | %,.2f |%n", what, sum / calls));
        }
    }

    Sums now() throws SQLException, IOException {
        var sums = new TreeMap<String, Double>();
        processes.forEach((name, process) -> sums.put("processor ms, " + name, process.now().service()));
        var postgres = new Usage.Watched(Optional.empty(), Optional.of(postgresPid), Optional.empty()).now();
        sums.put("processor ms, PostgreSQL", postgres.postgres());
        sums.put("processor ms, generator", postgres.generator());
        sums.put("PostgreSQL: statements", query("select sum(calls) from pg_stat_statements"));
        sums.put("PostgreSQL: transactions",
                query("select xact_commit + xact_rollback from pg_stat_database where datname = current_database()"));
        sums.put("PostgreSQL: bytes of WAL", query("select pg_current_wal_insert_lsn() - '0/0'"));
        var redis = redis();
        sums.put("Redis: commands", number(COMMANDS, redis));
        sums.put("Redis: bytes out", number(BYTES_OUT, redis));
        return new Sums(sums);
    }

    private double query(String sql) throws SQLException {
        try (var statement = database.createStatement(); var row = statement.executeQuery(sql)) {
            row.next();
            return row.getDouble(1);
        }
    }

    private String redis() throws IOException {
        try (var socket = new Socket("127.0.0.1", redisPort)) {
            socket.getOutputStream().write("INFO stats\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static double number(Pattern pattern, String text) throws IOException {
        var found = pattern.matcher(text);
        if (!found.find()) {
            throw new IOException("Redis does not say " + pattern);
        }
        return Double.parseDouble(found.group(1));
    }
}
