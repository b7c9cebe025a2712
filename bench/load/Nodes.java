package load;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Two nodes that Redis connects, with many sockets open on both: rings within a node beside rings from one to the other, in
/// turns and at the same time, so that whatever else the machine does falls on both alike. See `bench/README.md`.
public final class Nodes {
    /// Kinds of calls: within the first node, from it to the second, within that, and back.
    private static final int KINDS = 4;
    private static final Duration RUN_IN = Duration.ofSeconds(1);
    private static final int WARM_UP_PAIRS = 8;
    private static final String ANY = "1000000";

    private final Options options;
    private final Path folder;
    private final int sockets;
    private final String secret;
    private final List<Load.Result> same = new ArrayList<>();
    private final List<Load.Result> other = new ArrayList<>();

    private Nodes(Options options) {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.options = options;
        this.folder = Path.of(options.all().get("folder"));
        this.sockets = Integer.parseInt(options.all().getOrDefault("sockets", "10000"));
        this.secret = HexFormat.of().formatHex(random);
    }

    public static void main(String... args) throws Exception {
        boolean clean = new Nodes(Options.parse(args)).measure();
        if (!clean) {
            System.err.println("Something was lost: the figures above count for nothing.");
        }
        System.exit(clean ? 0 : 1);
    }

    private boolean measure() throws Exception {
        int redisPort = Contestant.freePort();
        try (var postgres = Child.talking(folder.resolve("postgres.log"), Map.of(),
                List.of(Stage.java(), "-Xmx256m", "-cp", System.getProperty("java.class.path"),
                        "bench/postgres/Postgres.java", folder.resolve("postgres").toString(), "statements"));
                var redis = Child.server(folder.resolve("redis.log"), Map.of(),
                        List.of("redis-server", "--port", String.valueOf(redisPort), "--bind", "127.0.0.1", "--save",
                                "",
                                "--appendonly", "no"))) {
            var said = postgres.says(3);
            // the first one makes the tables
            try (var one = node(said.get(0), redisPort).awaitReady();
                    var two = node(said.get(0), redisPort).awaitReady();
                    var database = DriverManager.getConnection(said.get(0))) {
                System.out.printf(
                        "%n%d processors, JDK %s, %s%n%,d sockets over two nodes, %d of them in calls; %d calls/s%n%n",
                        Runtime.getRuntime().availableProcessors(), Runtime.version(), said.get(2), sockets,
                        options.users(), options.rate());
                var cost = new Cost(database, redisPort, Map.of(
                        "first node",
                        new Usage.Watched(Optional.of(one.child().pid()), Optional.empty(), Optional.empty()),
                        "second node",
                        new Usage.Watched(Optional.of(two.child().pid()), Optional.empty(), Optional.empty()),
                        "Redis", new Usage.Watched(Optional.of(redis.pid()), Optional.empty(), Optional.empty())),
                        Long.parseLong(said.get(1)));
                measure(one, two, cost);
            }
        }
        return Stream.concat(same.stream(), other.stream()).allMatch(result -> errors(result) == 0);
    }

    private Contestant node(String jdbcUrl, int redisPort) throws IOException {
        int port = Contestant.freePort();
        var environment = Map.ofEntries(Map.entry("SPRING_DATASOURCE_URL", jdbcUrl),
                Map.entry("RINGBACK_AUTH_HS256_SECRET", secret),
                Map.entry("RINGBACK_REDIS_URL", "redis://127.0.0.1:" + redisPort),
                // counted as in production, but nobody reaches them; the address is everybody's here
                Map.entry("RINGBACK_RATE_LIMIT_INITIATES_PER_PAIR", ANY),
                Map.entry("RINGBACK_RATE_LIMIT_INITIATES_PER_USER", ANY),
                Map.entry("RINGBACK_RATE_LIMIT_RINGS_PER_CALLED_USER", ANY),
                Map.entry("RINGBACK_RATE_LIMIT_WAITING_SOCKETS_PER_ADDRESS", ANY),
                Map.entry("RINGBACK_ADMISSION_LONGEST_WAIT", "1m"),
                Map.entry("SERVER_ADDRESS", "127.0.0.1"), Map.entry("SERVER_PORT", String.valueOf(port)));
        var command = new ArrayList<>(List.of(Stage.java()));
        command.addAll(List.of(options.all().getOrDefault("java-options", "-Xms768m -Xmx768m").split(" ")));
        command.addAll(List.of("-jar", options.all().get("jar")));
        long at = System.nanoTime();
        var child = Child.server(folder.resolve("node-" + port + ".log"), environment, command);
        return new Contestant(Kind.RINGBACK, child, port, new Tokens(secret),
                new Usage.Watched(Optional.of(child.pid()), Optional.empty(), Optional.empty()), at);
    }

    private void measure(Contestant one, Contestant two, Cost cost) throws Exception {
        int idle = Math.max(0, sockets - options.users());
        var crowds = new ArrayList<Crowd>();
        try (var _ = idle(one, idle / 2); var _ = idle(two, idle - idle / 2)) {
            for (var nodes : List.of(List.of(one, one), List.of(one, two), List.of(two, two), List.of(two, one))) {
                crowds.add(Crowd.connected(nodes.get(0).http(), nodes.get(1).http(), new Tokens(secret), Protocol.STOMP,
                        options.users() / KINDS));
            }
            Compare.progress("all sockets are open; %d calls of warm-up".formatted(options.warmUp()));
            for (var crowd : crowds) {
                Contestant.warmUp(crowd, WARM_UP_PAIRS, options.warmUp() / KINDS);
            }
            load(crowds, RUN_IN);
            System.out.println("| round | calls | lost | ring p50 | p95 | p99 | max | initiate p99 | accepted p99 |");
            System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
            var before = cost.now();
            for (int round = 1; round <= options.rounds(); round++) {
                var results = load(crowds, options.duration());
                print(round + ", same node", add(same, results.get(0), results.get(2)));
                print(round + ", other node", add(other, results.get(1), results.get(3)));
            }
            var after = cost.now();
            print("**all, same node**", all(same));
            print("**all, other node**", all(other));
            printDifference();
            after.since(before).print(all(same).calls().size() + all(other).calls().size());
        } finally {
            for (var crowd : crowds) {
                crowd.close();
            }
        }
    }

    /// All kinds at the same time, each a quarter of the rate, one call of each kind after the other.
    private List<Load.Result> load(List<Crowd> crowds, Duration duration)
            throws InterruptedException, ExecutionException {
        long apart = TimeUnit.SECONDS.toNanos(1) / options.rate();
        try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
            var loads = new ArrayList<Future<Load.Result>>();
            for (int kind = 0; kind < KINDS; kind++) {
                var crowd = crowds.get(kind);
                long later = kind * apart;
                Callable<Load.Result> load = () -> {
                    LockSupport.parkNanos(later);
                    return Load.open(crowd, Math.max(1, options.rate() / KINDS), duration);
                };
                loads.add(running.submit(load));
            }
            var results = new ArrayList<Load.Result>();
            for (var load : loads) {
                results.add(load.get());
            }
            return results;
        }
    }

    /// In a process of its own; returns when all are there.
    private Child idle(Contestant node, int users) throws IOException {
        var idle = Child.talking(folder.resolve("idle-" + node.port() + ".log"), Map.of("SECRET", secret),
                List.of(Stage.java(), "-XX:+UseSerialGC", "-Xmx512m", "bench/load/Idle.java", node.url().toString(),
                        node.kind().name(), String.valueOf(users)));
        idle.says(1);
        return idle;
    }

    private static Load.Result add(List<Load.Result> to, Load.Result... results) {
        var sum = all(List.of(results));
        to.add(sum);
        return sum;
    }

    private static Load.Result all(List<Load.Result> results) {
        return new Load.Result(results.stream().flatMap(result -> result.calls().stream()).toList(),
                results.stream().flatMap(result -> result.refusals().stream()).toList(),
                results.stream().mapToInt(Load.Result::errors).sum(),
                results.stream().mapToDouble(Load.Result::seconds).sum());
    }

    /// A call that misses an answer or an event is one, and so is one that is refused.
    private static int errors(Load.Result result) {
        return result.errors() + result.refusals().size();
    }

    /// From the sending of `initiate` to `incoming_call` at the called user's socket.
    private static double ring(Load.Result result, double percent) {
        return Times.of(result.calls(), CallTimes::sent, CallTimes::rang).percentile(percent);
    }

    private void printDifference() {
        var within = all(same);
        var across = all(other);
        System.out.printf(Locale.ROOT, "| other − same | | | %.2f | %.2f | %.2f | | | |%n%n",
                ring(across, 50) - ring(within, 50), ring(across, 95) - ring(within, 95),
                ring(across, 99) - ring(within, 99));
        var differences = Stream.iterate(0, round -> round + 1)
                .limit(same.size())
                .mapToDouble(round -> ring(other.get(round), 99) - ring(same.get(round), 99));
        System.out.printf(Locale.ROOT,
                "Ring p99, other node less same node, median of the rounds: %.2f ms (aimed at: 5 at most)%n%n",
                Run.median(differences.boxed().mapToDouble(Double::doubleValue)));
    }

    private static void print(String name, Load.Result result) {
        var initiate = Times.of(result.calls(), CallTimes::sent, CallTimes::initiated);
        var accepted = Times.of(result.calls(), CallTimes::acceptSent, CallTimes::accepted);
        System.out.printf(Locale.ROOT, "| %s | %,d | %d | %.2f | %.2f | %.2f | %.1f | %.2f | %.2f |%n", name,
                result.calls().size(), errors(result), ring(result, 50), ring(result, 95), ring(result, 99),
                ring(result, 100), initiate.percentile(99), accepted.percentile(99));
    }
}
