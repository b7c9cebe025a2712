package load;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The same calls with millions of finished ones in the tables.
final class Growth {
    private static final Duration RUN_IN = Duration.ofSeconds(1);
    private static final int WARM_UP_PAIRS = 16;
    private static final String EMPTY = "postgres";
    private static final String GROWN = "grown";
    private static final int AT_ONCE = 100_000;

    /// Ids are ordered by time, as the service's own are; the oldest call is 20 days old, so that none is purged.
    private static final String RINGBACK = """
            with finished as (
                select n, now() - interval '20 days' + n * (interval '20 days' / %3$d) as at
                from generate_series(%1$d, %2$d) n),
            made as (
                insert into call (call_id, version, state, reason, call_type, token_delivery, caller_id, caller_name,
                                  room_id, glare, ring_timeout, created_at, changed_at, expires_at, answered_at,
                                  ended_at)
                select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
                            || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
                       4, 'ENDED', 'ENDED', 'VIDEO', 'ON_ACCEPT', 'user-' || n %% 1000000, 'Caller', 'room-' || n, false,
                       45, at, at + interval '60 s', at + interval '45 s', at + interval '5 s', at + interval '60 s'
                from finished
                returning call_id, created_at, room_id)
            insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ringing_at, answered_at,
                                    device_id, ignored_by)
            select call_id, 'user-' || (substr(room_id, 6)::bigint * 7 + 1) %% 1000000, 0, 'ACCEPTED', false, false,
                   created_at + interval '45 s', created_at + interval '1 s', created_at + interval '5 s', 'device', '{}'
            from made""";

    private static final String NODE = """
            insert into calls (call_id, room_id, state, reason, version, call_type, caller_id, caller_name, called_id,
                               device_id, created_at, expires_at, ringing_at, answered_at, ended_at)
            select gen_random_uuid(), 'room-' || n, 'ended', 'ended', 4, 'video', 'user-' || n %% 1000000, 'Caller',
                   'user-' || (n * 7 + 1) %% 1000000, 'device', at, at + interval '45 s', at + interval '1 s',
                   at + interval '5 s', at + interval '60 s'
            from (select n, now() - interval '20 days' + n * (interval '20 days' / %3$d) as at
                  from generate_series(%1$d, %2$d) n)""";

    private final Options options;
    private final Report report;
    private final int rate;
    private final int finished;
    private final Map<Case, List<Run>> closed = new HashMap<>();
    private final Map<Case, List<Run>> open = new HashMap<>();

    /// @param rate calls a second in the open loop
    Growth(Options options, Report report, int rate) {
        this.options = options;
        this.report = report;
        this.rate = rate;
        this.finished = Integer.parseInt(options.all().getOrDefault("finished", "10000000"));
    }

    /// Fills the tables, if they are not yet.
    void fill(Stage stage) throws IOException, InterruptedException, SQLException {
        fill(stage, Kind.RINGBACK, RINGBACK);
        fill(stage, Kind.NODE_POSTGRES, NODE);
    }

    private void fill(Stage stage, Kind kind, String insert) throws IOException, InterruptedException, SQLException {
        var server = stage.server(kind);
        try (var connection = DriverManager.getConnection(server.jdbcUrl())) {
            if (exists(connection, "select from pg_database where datname = '" + GROWN + "'")) {
                return;
            }
            // half full, if it was stopped
            execute(connection, "drop database if exists filling");
            execute(connection, "create database filling");
        }
        // the service makes its tables
        stage.start(kind, "filling").awaitReady().close();
        try (var connection = DriverManager.getConnection(server.jdbcUrl("filling"))) {
            for (int from = 1; from <= finished; from += AT_ONCE) {
                execute(connection, insert.formatted(from, Math.min(finished, from + AT_ONCE - 1), finished));
                if (from / AT_ONCE % 10 == 0) {
                    Compare.progress("%s: %,d finished calls".formatted(kind.title(), from - 1));
                }
            }
            execute(connection, "vacuum analyze");
            execute(connection, "checkpoint");
        }
        try (var connection = DriverManager.getConnection(server.jdbcUrl())) {
            execute(connection, "alter database filling rename to " + GROWN);
        }
    }

    void measure(Stage stage) throws IOException, InterruptedException, SQLException {
        fill(stage);
        for (var kind : List.of(Kind.RINGBACK, Kind.NODE_POSTGRES)) {
            for (var database : List.of(EMPTY, GROWN)) {
                closed.put(new Case(kind, database), new ArrayList<>());
                open.put(new Case(kind, database), new ArrayList<>());
            }
            measure(stage, kind);
        }
        int pairs = pairs();
        add("full calls/s, " + pairs + " pairs", 0, closed, Run::callsPerSecond, "Ringback ≥ 0.9");
        add("ring ms at " + rate + " calls/s, p50", 2, open, run -> run.ring(50), "");
        add("ring ms at " + rate + " calls/s, p99", 2, open, run -> run.ring(99), "Ringback ≤ 1.1");
    }

    private record Case(Kind kind, String database) {}

    /// Two of a kind, one on new tables and one on full ones, in turns.
    private void measure(Stage stage, Kind kind) throws IOException, InterruptedException {
        try (var empty = stage.start(kind, EMPTY).awaitReady(); var grown = stage.start(kind, GROWN).awaitReady()) {
            var both = Map.of(EMPTY, empty, GROWN, grown);
            for (var database : List.of(EMPTY, GROWN)) {
                Compare.progress("warm-up: %s, %s".formatted(kind.title(), database));
                try (var crowd = both.get(database).crowd(options.users())) {
                    Contestant.warmUp(crowd, WARM_UP_PAIRS, options.warmUp());
                }
            }
            for (int round = 1; round <= options.rounds(); round++) {
                for (var database : List.of(EMPTY, GROWN)) {
                    measure(both.get(database), new Case(kind, database), round);
                }
            }
        }
    }

    private void measure(Contestant contestant, Case what, int round) throws IOException, InterruptedException {
        Compare.progress("round %d: %s, %s".formatted(round, what.kind.title(), what.database));
        try (var crowd = contestant.crowd(options.users())) {
            Load.closed(crowd, pairs(), RUN_IN);
            closed.get(what)
                    .add(add(what, "closed, " + pairs() + " pairs", round, Run.of(contestant.watched(),
                            () -> Load.closed(crowd, pairs(), options.duration()))));
            Load.open(crowd, rate, RUN_IN);
            open.get(what)
                    .add(add(what, "open, " + rate + "/s", round, Run.of(contestant.watched(),
                            () -> Load.open(crowd, rate, options.duration()))));
        }
    }

    private Run add(Case what, String load, int round, Run run) {
        return report.add("%s, %s, %s".formatted(what.kind.title(), what.database, load), String.valueOf(round), run);
    }

    /// Full tables against empty ones.
    private void add(String measure, int decimals, Map<Case, List<Run>> runs, ToDoubleFunction<Run> figure,
            String target) {
        var empty = new EnumMap<Kind, Double>(Kind.class);
        var grown = new EnumMap<Kind, Double>(Kind.class);
        var ratio = new EnumMap<Kind, Double>(Kind.class);
        runs.forEach((what, some) -> (what.database.equals(EMPTY) ? empty : grown).put(what.kind,
                Run.median(some, figure)));
        grown.forEach((kind, value) -> ratio.put(kind, value / empty.get(kind)));
        report.add(measure + ", new tables", decimals, empty, "");
        report.add("… %,d finished calls in them".formatted(finished), decimals, grown, "");
        report.add("… against new ones", 2, ratio, target);
    }

    private int pairs() {
        return options.pairs().get(options.pairs().size() / 2);
    }

    private static boolean exists(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
