package load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Counts the SQL statements of a call, step by step, with PostgreSQL's own `pg_stat_statements`.
///
/// All calls take one step before any takes the next, so that what is counted between two steps belongs to one of them.
/// What the service does by itself, such as looking for calls that are due, is counted while nobody calls, and taken off.
public final class CountSql {
    private static final int CALLS = 200;
    private static final long REST_MS = 5_000;
    /// Less than this a call is what the service does by itself, counted at an odd moment.
    private static final double SOME = 0.05;

    private static final int LONGEST = 200;

    private final Connection database;
    private final List<Pair> pairs = new ArrayList<>();
    private final List<String> callIds = new ArrayList<>();
    /// text → times a millisecond
    private final Map<String, Double> byItself = new LinkedHashMap<>();
    private double total;

    private CountSql(Connection database) {
        this.database = database;
    }

    private interface Step {
        void take(int call) throws Exception;
    }

    public static void main(String... args) throws Exception {
        var options = Options.parse(args);
        Readiness.await(options);
        try (var database = DriverManager.getConnection(options.all().get("jdbc"));
                var crowd = Crowd.connected(new Http(options.url()), new Tokens(options.secret()), Protocol.STOMP,
                        2 * CALLS)) {
            database.createStatement().execute("create extension if not exists pg_stat_statements");
            new CountSql(database).count(crowd, options.about());
        }
    }

    private void count(Crowd crowd, String about) throws Exception {
        for (int i = 0; i < CALLS; i++) {
            pairs.add(crowd.take());
        }
        // connections, statements prepared on the server, and the first use of every class
        for (var pair : pairs) {
            pair.call(System.nanoTime());
        }
        rest();
        System.out.printf("%nSQL statements of a call, mean of %d calls, one at a time; %s%n%n", CALLS, about);
        System.out.println("| step | times | statement |\n|---|--:|---|");
        step("initiate", call -> callIds.add(Json.member(pairs.get(call).initiate().body(), "call_id")));
        step("ringing", call -> pairs.get(call).ringing(callIds.get(call)));
        step("accept", call -> pairs.get(call).accept(callIds.get(call)));
        step("end", call -> pairs.get(call).end(callIds.get(call)));
        System.out.printf(Locale.ROOT, "| **the whole call** | **%.1f** | |%n%n", total);
        System.out.println("What the service does by itself, whether anybody calls or not:\n");
        System.out.println("| times a second | statement |\n|--:|---|");
        byItself.forEach((text, times) -> System.out.printf(Locale.ROOT, "| %.1f | `%s` |%n", times * 1000, text));
    }

    private void rest() throws Exception {
        // what the calls before have left to do
        Thread.sleep(REST_MS);
        reset();
        Thread.sleep(REST_MS);
        counted().forEach((text, times) -> byItself.put(text, (double) times / REST_MS));
    }

    private void step(String name, Step step) throws Exception {
        reset();
        long start = System.nanoTime();
        for (int call = 0; call < CALLS; call++) {
            step.take(call);
        }
        double ms = (System.nanoTime() - start) / 1e6;
        var lines = new ArrayList<String>();
        double sum = 0;
        for (var entry : counted().entrySet()) {
            double times = (entry.getValue() - ms * byItself.getOrDefault(entry.getKey(), 0.0)) / CALLS;
            if (times >= SOME) {
                sum += times;
                lines.add(String.format(Locale.ROOT, "| | %.1f | `%s` |", times, entry.getKey()));
            }
        }
        total += sum;
        System.out.printf(Locale.ROOT, "| **%s** | **%.1f** | |%n", name, sum);
        lines.forEach(System.out::println);
    }

    private void reset() throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute("select pg_stat_statements_reset()");
        }
    }

    /// How often each statement ran, those of this connection left out.
    ///
    /// Of a `COMMIT` that is prepared, as the driver's is, only the first is counted; there are as many as `BEGIN`s.
    private Map<String, Long> counted() throws SQLException {
        try (var statement = database.createStatement(); var rows = statement.executeQuery("""
                select query, calls from pg_stat_statements
                where query not like '%pg_stat_statements%' and query <> 'COMMIT'
                order by case when query = 'BEGIN' then 0 when query ilike 'select%' then 1 else 2 end, query""")) {
            var counted = new LinkedHashMap<String, Long>();
            while (rows.next()) {
                counted.merge(shortened(rows.getString("query")), rows.getLong("calls"), Long::sum);
            }
            if (counted.containsKey("BEGIN")) {
                counted.put("COMMIT", counted.get("BEGIN"));
            }
            return counted;
        }
    }

    /// One line without the long lists of columns, which say little.
    private static String shortened(String query) {
        var line = query.replaceAll("\\s+", " ")
                .replaceAll("^select [^()]{60,}? from", "select … from")
                .replaceAll("\\([^()]{60,}?\\) values \\([^()]*\\)", "(…) values (…)")
                .replaceAll(" set .{60,} where ", " set … where ")
                .strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
    }
}
