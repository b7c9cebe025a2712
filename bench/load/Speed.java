package load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Calls a second as fast as they will go, and how soon it rings at a rate that all can hold. All services run and take
/// turns; only the one whose turn it is has sockets open.
final class Speed {
    private static final Duration RUN_IN = Duration.ofSeconds(1);
    private static final int WARM_UP_PAIRS = 16;

    private final Options options;
    private final Report report;
    private final Map<Kind, Contestant> contestants = new EnumMap<>(Kind.class);

    Speed(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    /// @param rate at which rings were measured
    /// @param peak Ringback's full calls a second
    record Measured(int rate, double peak) {}

    Measured measure(Stage stage) throws IOException, InterruptedException {
        try {
            for (var kind : Kind.values()) {
                contestants.put(kind, stage.start(kind).awaitReady());
            }
            for (var kind : Kind.values()) {
                Compare.progress("warm-up: " + kind.title());
                try (var crowd = contestants.get(kind).crowd(options.users())) {
                    Contestant.warmUp(crowd, WARM_UP_PAIRS, options.warmUp());
                }
            }
            var peaks = saturate();
            int rate = rate(peaks);
            ringAt(rate);
            return new Measured(rate, peaks.get(Kind.RINGBACK));
        } finally {
            for (var contestant : contestants.values()) {
                contestant.close();
            }
        }
    }

    /// Full calls a second.
    private Map<Kind, Double> saturate() throws IOException, InterruptedException {
        var runs = new EnumMap<Kind, Map<Integer, List<Run>>>(Kind.class);
        for (int round = 1; round <= options.rounds(); round++) {
            for (var kind : Kind.values()) {
                try (var crowd = contestants.get(kind).crowd(options.users())) {
                    for (int pairs : options.pairs()) {
                        runs.computeIfAbsent(kind, _ -> new TreeMap<>())
                                .computeIfAbsent(pairs, _ -> new ArrayList<>())
                                .add(run(kind, "closed, " + pairs + " pairs", round,
                                        time -> Load.closed(crowd, pairs, time)));
                    }
                }
            }
        }
        var best = new EnumMap<Kind, List<Run>>(Kind.class);
        runs.forEach((kind, byPairs) -> best.put(kind, byPairs.values()
                .stream()
                .max(Comparator.comparingDouble(some -> Run.median(some, Run::callsPerSecond)))
                .orElseThrow()));
        int most = options.pairs().getLast();
        report.add("full calls/s, the best of " + options.pairs() + " pairs", 0, medians(best, Run::callsPerSecond),
                "≥ 2.5; ≥ 3");
        var atMost = new EnumMap<Kind, List<Run>>(Kind.class);
        runs.forEach((kind, byPairs) -> atMost.put(kind, byPairs.get(most)));
        report.add("full calls/s, " + most + " pairs", 0, medians(atMost, Run::callsPerSecond), "");
        report.add("CPU ms a call, server and PostgreSQL", 2,
                medians(best, run -> run.perCall(used -> used.service() + zeroIfNone(used.postgres()))), "–; ≤ 0.35");
        report.add("… server", 2, medians(best, run -> run.perCall(Usage::service)), "");
        report.add("… PostgreSQL", 2, medians(best, run -> run.perCall(Usage::postgres)), "");
        report.add("… EnableX stub", 2, medians(best, run -> run.perCall(Usage::rooms)), "");
        report.add("… generator", 2, medians(best, run -> run.perCall(Usage::generator)), "");
        report.add("others' share of the machine meanwhile, %", 0, medians(best, run -> run.used().others()), "");
        return medians(best, Run::callsPerSecond);
    }

    private void ringAt(int rate) throws IOException, InterruptedException {
        var runs = new EnumMap<Kind, List<Run>>(Kind.class);
        for (int round = 1; round <= options.rounds(); round++) {
            for (var kind : Kind.values()) {
                try (var crowd = contestants.get(kind).crowd(options.users())) {
                    runs.computeIfAbsent(kind, _ -> new ArrayList<>())
                            .add(run(kind, "open, " + rate + "/s", round, time -> Load.open(crowd, rate, time)));
                }
            }
        }
        report.add("ring ms at " + rate + " calls/s, p50", 2, medians(runs, run -> run.ring(50)), "");
        report.add("… p99", 2, medians(runs, run -> run.ring(99)), "≤ 1; ≤ 0.4");
        report.add("… p99.9", 2, medians(runs, run -> run.ring(99.9)), "");
        report.add("accept to caller ms, p50", 2, medians(runs, run -> run.accepted(50)), "");
        report.add("… p99", 2, medians(runs, run -> run.accepted(99)), "≤ 1; ≤ 0.4");
        report.add("CPU ms a call at that rate, server and PostgreSQL", 2,
                medians(runs, run -> run.perCall(used -> used.service() + zeroIfNone(used.postgres()))), "");
    }

    private interface Timed {
        Load.Result take(Duration time);
    }

    private Run run(Kind kind, String load, int round, Timed timed) {
        Compare.progress("round " + round + ": " + kind.title() + ", " + load);
        timed.take(RUN_IN);
        Supplier<Load.Result> measured = () -> timed.take(options.duration());
        return report.add(kind.title() + ", " + load, String.valueOf(round),
                Run.of(contestants.get(kind).watched(), measured));
    }

    /// The rate asked for, or with `half` that of the slowest's peak.
    private int rate(Map<Kind, Double> peaks) {
        return options.all().get("rate").equals("half")
                ? (int) (peaks.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow() / 2)
                : options.rate();
    }

    private static Map<Kind, Double> medians(Map<Kind, List<Run>> runs, ToDoubleFunction<Run> figure) {
        return Report.each(runs, some -> Run.median(some, figure));
    }

    private static double zeroIfNone(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
