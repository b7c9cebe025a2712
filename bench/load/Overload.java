package load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Offers a service several times what it can carry, and looks what becomes of it then and afterwards.
public final class Overload {
    private static final Duration RUN_IN = Duration.ofSeconds(2);
    private static final Duration RECOVERY = Duration.ofSeconds(5);
    private static final int WARM_UP_PAIRS = 8;
    private static final int TIMES = 3;
    /// Share of the peak at which latency before and after is compared.
    private static final double QUIET = 0.25;

    private final Options options;
    private final Crowd crowd;
    private final List<String> lines = new ArrayList<>();

    private Overload(Options options, Crowd crowd) {
        this.options = options;
        this.crowd = crowd;
    }

    public static void main(String... args) throws Exception {
        var options = Options.parse(args);
        Readiness.await(options);
        try (var crowd = Crowd.connected(new Http(options.url()), new Tokens(options.secret()), options.protocol(),
                options.users())) {
            new Overload(options, crowd).run();
        }
    }

    private void run() throws InterruptedException {
        for (int made = 0; made < options.warmUp();) {
            made += Load.closed(crowd, WARM_UP_PAIRS, RUN_IN).calls().size();
        }
        var peak = peak();
        int quiet = Math.max(1, (int) (peak.callsPerSecond() * QUIET));
        var before = Load.open(crowd, quiet, options.duration());
        line("before, " + quiet + "/s", before);
        int offered = (int) (peak.callsPerSecond() * TIMES);
        var during = Load.open(crowd, offered, options.duration());
        line(TIMES + " times the peak, " + offered + "/s", during);
        TimeUnit.NANOSECONDS.sleep(RECOVERY.toNanos());
        var after = Load.open(crowd, quiet, options.duration());
        line(RECOVERY.toSeconds() + " s after, " + quiet + "/s", after);
        print();
        System.out.printf(Locale.ROOT,
                "%nThroughput at %d times the peak: %.2f of the peak. Ring p99 afterwards: %.2f times that before.%n",
                TIMES, during.callsPerSecond() / peak.callsPerSecond(), ring(after) / ring(before));
    }

    private Load.Result peak() {
        var results = options.pairs().stream().map(pairs -> Load.closed(crowd, pairs, options.duration())).toList();
        var best = results.stream().max(Comparator.comparingDouble(Load.Result::callsPerSecond)).orElseThrow();
        line("peak, closed, " + options.pairs().get(results.indexOf(best)) + " pairs", best);
        return best;
    }

    private void line(String load, Load.Result result) {
        var whole = Times.of(result.calls(), CallTimes::scheduled, CallTimes::done);
        var refusals = Times.of(result.refusals());
        var used = options.watched().now();
        lines.add(String.format(Locale.ROOT, "| %s | %.0f | %.0f | %d | %.1f | %.1f | %.1f | %.1f | %.0f |", load,
                result.callsPerSecond(), result.refusals().size() / result.seconds(), result.errors(), ring(result),
                whole.percentile(50), whole.percentile(99), refusals.percentile(99), used.serviceMb()));
    }

    private static double ring(Load.Result result) {
        return Times.of(result.calls(), CallTimes::scheduled, CallTimes::rang).percentile(99);
    }

    private void print() {
        System.out.printf("%n%d processors, JDK %s%s; %d users with a socket each; %d s a measurement; times in ms%n%n",
                Runtime.getRuntime().availableProcessors(), Runtime.version(),
                options.about().isEmpty() ? "" : ", " + options.about(), options.users(),
                options.duration().toSeconds());
        System.out.println("| load | calls/s | refused/s | broken | ring p99 | whole call p50 | p99 | refusal p99 "
                + "| service MB |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        lines.forEach(System.out::println);
    }
}
