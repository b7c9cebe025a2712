package load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Measures a service and prints one table. See `bench/README.md`.
public final class Main {
    /// Before each measurement, the same load unmeasured.
    private static final Duration RUN_IN = Duration.ofSeconds(2);
    private static final Duration WARM_UP_AT_MOST = Duration.ofMinutes(3);
    private static final int WARM_UP_PAIRS = 8;

    private final Options options;
    private final List<Row> rows = new ArrayList<>();

    private Main(Options options) {
        this.options = options;
    }

    public static void main(String... args) throws Exception {
        var options = Options.parse(args);
        if (!options.selfTest()) {
            // a service that is starting would take the processors away from the generator
            Readiness.await(options);
        }
        var main = new Main(options);
        main.measureGenerator();
        if (!options.selfTest()) {
            main.measureService();
        }
        main.print();
        int errors = main.rows.stream().mapToInt(Row::errors).sum();
        if (errors > 0) {
            System.err.println("Something went wrong: the figures above count for nothing.");
            System.exit(1);
        }
    }

    /// The same client code against a responder that does nothing: the ceiling of this generator on this machine.
    private void measureGenerator() throws IOException, InterruptedException {
        var nothing = new Usage.Watched(Optional.empty(), Optional.empty(), Optional.empty());
        try (var responder = new Responder(options.protocol()); var crowd = connected(responder.url())) {
            progress("generator alone");
            Load.closed(crowd, WARM_UP_PAIRS, RUN_IN.plus(RUN_IN));
            rows.add(open(crowd, "generator alone", nothing));
            rows.add(best(options.pairs()
                    .stream()
                    .map(pairs -> closed(crowd, pairs, "generator alone", nothing))
                    .toList()));
        }
    }

    private void measureService() throws IOException, InterruptedException {
        try (var crowd = connected(options.url())) {
            progress("warm-up");
            warmUp(crowd);
            var rounds = new ArrayList<List<Row>>();
            for (int round = 1; round <= options.rounds(); round++) {
                progress("round " + round + " of " + options.rounds());
                var name = String.valueOf(round);
                var loads = new ArrayList<Row>();
                loads.add(open(crowd, name, options.watched()));
                options.pairs().forEach(pairs -> loads.add(closed(crowd, pairs, name, options.watched())));
                rounds.add(loads);
            }
            for (int load = 0; load <= options.pairs().size(); load++) {
                int index = load;
                var ofLoad = rounds.stream().map(round -> round.get(index)).toList();
                rows.addAll(ofLoad);
                rows.add(Row.median(ofLoad));
            }
        }
    }

    /// Counted in calls and not in seconds: what the JIT compiler has done by then depends on the calls, and how many of
    /// them a second holds depends on what else the machine does.
    private void warmUp(Crowd crowd) {
        long giveUpAt = System.nanoTime() + WARM_UP_AT_MOST.toNanos();
        for (int made = 0; made < options.warmUp() && System.nanoTime() < giveUpAt;) {
            var calls = Load.closed(crowd, WARM_UP_PAIRS, RUN_IN);
            if (calls.errors() > 0) {
                throw new IllegalStateException(calls.errors() + " calls of the warm-up failed");
            }
            made += calls.calls().size();
        }
    }

    private Crowd connected(URI url) throws IOException, InterruptedException {
        return Crowd.connected(new Http(url), new Tokens(options.secret()), options.protocol(),
                options.users());
    }

    private Row open(Crowd crowd, String round, Usage.Watched watched) {
        return measured("open, " + options.rate() + "/s", round, watched,
                () -> Load.open(crowd, options.rate(), RUN_IN),
                () -> Load.open(crowd, options.rate(), options.duration()));
    }

    private Row closed(Crowd crowd, int pairs, String round, Usage.Watched watched) {
        return measured("closed, " + pairs + " pairs", round, watched, () -> Load.closed(crowd, pairs, RUN_IN),
                () -> Load.closed(crowd, pairs, options.duration()));
    }

    private static Row measured(String load, String round, Usage.Watched watched, Supplier<Load.Result> runIn,
            Supplier<Load.Result> run) {
        int earlier = runIn.get().errors();
        var before = watched.now();
        var result = run.get();
        var used = watched.now().since(before);
        // a service that is measured has to take every call
        int errors = earlier + result.errors() + result.refusals().size();
        return Row.of(load, round, new Load.Result(result.calls(), List.of(), errors, result.seconds()), used);
    }

    private static Row best(List<Row> rows) {
        return rows.stream().max(Comparator.comparingDouble(Row::callsPerSecond)).orElseThrow();
    }

    private void print() {
        System.out.printf("%n%d processors, %s %s, JDK %s%s%n", Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"), System.getProperty("os.version"), Runtime.version(),
                options.about().isEmpty() ? "" : ", " + options.about());
        System.out.printf(
                "%d users with a socket each; %d s a measurement after %d calls of warm-up and %d s of run-in; "
                        + "times in ms%n%n",
                options.users(), options.duration().toSeconds(), options.warmUp(),
                RUN_IN.toSeconds());
        System.out.println(Row.header());
        rows.forEach(System.out::println);
    }

    private static void progress(String what) {
        System.err.println(what);
    }
}
