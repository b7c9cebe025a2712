package load;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// What forgetting costs: how fast old calls and traces are deleted, what becomes of the tables meanwhile, and whether
/// calls that are placed at the same time feel it. On the service's own tables and by its own statements, without the service.
public final class Retention {
    private static final int CALLERS = 100_000;
    private static final int AT_ONCE = 50_000;
    private static final int CALLS_A_BATCH = 500;
    private static final int TRACES_A_BATCH = 1_000;
    private static final Duration WINDOW = Duration.ofSeconds(4);
    private static final Duration COMMITS_APART = Duration.ofMillis(10);
    private static final int TENTHS_WITHOUT_VACUUM = 4;
    private static final String[] TABLES = {"call", "invitation", "delivery", "delivery_attempt", "call_step"};

    /// Whole lives of calls, as many rows as the service leaves of one with a push device.
    private static final String FILL = """
            with lived as (
                select n, timestamptz '2026-01-01' + n * interval '1 s' as at from generate_series(%1$d, %2$d) n),
            named as (
                select n, at, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
                    || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id from lived),
            made as (
                insert into call (call_id, version, state, reason, call_type, token_delivery, caller_id, caller_name,
                                  room_id, glare, ring_timeout, created_at, changed_at, expires_at, answered_at, ended_at)
                select id, 4, 'ENDED', 'ENDED', 'VIDEO', 'ON_ACCEPT', 'user-' || n %% %3$d, 'Caller',
                       substr(md5('room' || n), 1, 24), false, 45, at, at, at, at, at from named),
            legs as (
                insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ignored_by)
                select id, 'user-' || (n * 7 + 1) %% %3$d, 0, 'ACCEPTED', false, false, at, '{}' from named),
            pushed as (
                insert into delivery (delivery_id, call_id, user_id, device_id, type, state, attempts, pushes, created_at,
                                      expires_at)
                select gen_random_uuid(), id, 'user-' || (n * 7 + 1) %% %3$d, 'phone', 'INCOMING_CALL', 'SENT', 1, 1, at,
                       at from named),
            tried as (
                insert into delivery_attempt (call_id, delivery_id, at, channel, platform, token_tail, outcome,
                                              token_removed, took_ms)
                select id, gen_random_uuid(), at, 'fcm', 'android', 'abcdef', 'DELIVERED', false, 80 from named)
            insert into call_step (call_id, at, step) select id, at, 'step' from named, generate_series(1, 4)""";

    /// As `CallRepository` does.
    private static final String CALLS = """
            delete from call where call_id in (
                select call_id from call where call_id < '%s' and state not in ('RINGING', 'ACCEPTED')
                order by call_id limit %d for update skip locked)""";
    /// As `Steps` and `DeliveryLog` do.
    private static final String TRACES = "delete from %s where ctid in (select ctid from %s where call_id < '%s' order by call_id limit %d)";

    private final Connection database;
    private final String url;
    private final int kept;
    private int made;

    private Retention(String url, int kept) throws SQLException {
        this.url = url;
        this.kept = kept;
        this.database = DriverManager.getConnection(url);
    }

    public static void main(String... args) throws Exception {
        var options = Map.of("folder", args[0], "jar", args[1]);
        var folder = Path.of(options.get("folder"));
        try (var postgres = Child.talking(folder.resolve("postgres.log"), Map.of(),
                List.of(Stage.java(), "-Xmx128m", "-cp",
                        System.getProperty("java.class.path"), "bench/postgres/Postgres.java",
                        folder.resolve("postgres").toString()))) {
            var said = postgres.says(3);
            var migrated = new ProcessBuilder(Stage.java(), "-jar", options.get("jar"), "migrate",
                    "--spring.datasource.url=" + said.get(0)).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("migrate.log").toFile())
                    .start();
            if (migrated.waitFor() != 0) {
                throw new IllegalStateException("the tables were not made");
            }
            var retention = new Retention(said.get(0), Integer.parseInt(args[2]));
            System.out.printf(Locale.ROOT, "%n%s, %,d calls kept%n%n", said.get(2), retention.kept);
            retention.measure(Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        }
        System.exit(0);
    }

    private void measure(int turns, int windows) throws Exception {
        // a vacuum looks every second here, since a month passes in minutes
        execute("alter system set autovacuum_naptime = 1");
        execute("alter system set max_wal_size = '4GB'");
        execute("select pg_reload_conf()");
        long started = System.nanoTime();
        fill(kept);
        execute("vacuum analyze");
        System.out.printf(Locale.ROOT, "filled in %.0f s; compact, in MB: %s%n%n", seconds(started), each());
        // what is old
        fill(kept / 2);
        beside(windows);
        System.out.println("A tenth comes new and goes old, again and again:\n");
        turnOver(turns);
        System.out.println("\nin the end, in MB: " + each());
        for (var table : TABLES) {
            execute("alter table " + table + " set (autovacuum_enabled = false)");
        }
        System.out.println("\nThe same, and no vacuum comes:\n");
        turnOver(TENTHS_WITHOUT_VACUUM);
    }

    /// Commits of calls at a steady rate: while nothing is deleted, while it is, and so on in turns.
    private void beside(int windows) throws Exception {
        var quiet = new ArrayList<Long>();
        var busy = new ArrayList<Long>();
        int deleted = 0;
        commits(WINDOW);
        for (int window = 0; window < windows; window++) {
            quiet.addAll(commits(WINDOW));
            var enough = new AtomicBoolean();
            var count = new AtomicInteger();
            var purging = CompletableFuture.runAsync(() -> {
                try (var own = DriverManager.getConnection(url)) {
                    while (!enough.get()) {
                        count.addAndGet(batch(own, "call"));
                        batch(own, "call_step");
                        batch(own, "delivery_attempt");
                    }
                } catch (SQLException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            busy.addAll(commits(WINDOW));
            enough.set(true);
            purging.join();
            deleted += count.get();
        }
        System.out.println("| commits of a call, ms | p50 | p99 | max |\n|---|--:|--:|--:|");
        print("nothing is deleted", Times.of(quiet));
        print("deleting without a pause", Times.of(busy));
        System.out.printf(Locale.ROOT, "%ncalls deleted a second, with all that is theirs: %,.0f%n%n",
                deleted / (windows * (double) WINDOW.toSeconds()));
    }

    /// A tenth of what is kept comes new and goes old, again and again.
    private void turnOver(int turns) throws SQLException {
        System.out.println(
                "| turned over | calls deleted/s | MB | of it indexes | dead rows, % | vacuums |\n|--:|--:|--:|--:|--:|--:|");
        for (int tenth = 1; tenth <= turns; tenth++) {
            fill(kept / 10);
            long started = System.nanoTime();
            int deleted = 0;
            for (int batch = batch(database, "call"); batch > 0; batch = batch(database, "call")) {
                deleted += batch;
            }
            double took = seconds(started);
            while (batch(database, "call_step") > 0) {
            }
            while (batch(database, "delivery_attempt") > 0) {
            }
            sizes(tenth / 10.0, deleted / took);
        }
    }

    private int batch(Connection connection, String table) throws SQLException {
        var oldest = id(made - kept);
        var sql = table.equals("call")
                ? CALLS.formatted(oldest, CALLS_A_BATCH)
                : TRACES.formatted(table, table, oldest, TRACES_A_BATCH);
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static String id(int number) {
        var millis = java.time.Instant.parse("2026-01-01T00:00:00Z").plusSeconds(number).toEpochMilli();
        var hex = String.format(Locale.ROOT, "%012x", millis);
        return hex.substring(0, 8) + "-" + hex.substring(8) + "-7000-8000-000000000000";
    }

    private void fill(int calls) throws SQLException {
        for (int end = made + calls; made < end;) {
            int last = Math.min(end, made + AT_ONCE);
            execute(FILL.formatted(made + 1, last, CALLERS));
            made = last;
        }
    }

    /// A call's row and its invitation's, written and changed, each change a commit; how long each took, from its appointed
    /// moment.
    private List<Long> commits(Duration duration) throws SQLException {
        var took = new ConcurrentLinkedQueue<Long>();
        try (var own = DriverManager.getConnection(url);
                var call = own.prepareStatement(
                        """
                                with made as (
                                    insert into call (call_id, version, state, call_type, token_delivery, caller_id, caller_name,
                                                      room_id, glare, ring_timeout, created_at, changed_at, expires_at)
                                    values (uuidv7(), 1, 'ENDED', 'VIDEO', 'ON_ACCEPT', ?, 'Caller', ?, false, 45, now(), now(), now())
                                    returning call_id)
                                insert into invitation (call_id, user_id, position, state, busy, live, expires_at, ignored_by)
                                select call_id, ?, 0, 'ACCEPTED', false, false, now(), '{}' from made""")) {
            long begun = System.nanoTime();
            for (long at = begun; at - begun < duration.toNanos(); at += COMMITS_APART.toNanos()) {
                LockSupport.parkNanos(at - System.nanoTime());
                call.setString(1, "caller-" + at % CALLERS);
                call.setString(2, "room-" + at);
                call.setString(3, "called-" + at % CALLERS);
                call.executeUpdate();
                took.add(System.nanoTime() - at);
            }
        }
        return List.copyOf(took);
    }

    private void sizes(double turned, double speed) throws SQLException {
        var names = "('" + String.join("', '", TABLES) + "')";
        execute("select pg_stat_force_next_flush()");
        try (var statement = database.createStatement(); var row = statement.executeQuery("""
                select sum(pg_total_relation_size(relid)) / 1e6, sum(pg_indexes_size(relid)) / 1e6,
                       100.0 * sum(n_dead_tup) / greatest(1, sum(n_live_tup)), sum(autovacuum_count)
                from pg_stat_user_tables where relname in\u0020""" + names)) {
            row.next();
            System.out.printf(Locale.ROOT, "| %.1f | %,.0f | %,.0f | %,.0f | %.1f | %d |%n", turned, speed,
                    row.getDouble(1),
                    row.getDouble(2), row.getDouble(3), row.getInt(4));
        }
    }

    private String each() throws SQLException {
        try (var statement = database.createStatement();
                var row = statement.executeQuery(
                        """
                                select string_agg(format('%s %s', relname, pg_total_relation_size(relid) / 1000000), ', ' order by relname)
                                from pg_stat_user_tables where n_live_tup > 1000""")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void print(String name, Times times) {
        System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f | %.1f |%n", name, times.percentile(50),
                times.percentile(99),
                times.max());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private void execute(String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }
}
