package load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// From the start of the process to ready and to the first call, and what it holds after a thousand.
final class Start {
    private static final int CALLS = 1_000;
    private static final int PAIRS = 8;

    private final Options options;
    private final Report report;

    Start(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    private record Started(double readyMs, double calledMs, double residentMb) {}

    void measure(Stage stage) throws IOException, InterruptedException {
        var all = new EnumMap<Kind, List<Started>>(Kind.class);
        for (var kind : Kind.values()) {
            // makes the tables, and brings the files into the page cache
            start(stage, kind);
        }
        for (int round = 1; round <= options.rounds(); round++) {
            for (var kind : Kind.values()) {
                Compare.progress("start " + round + ": " + kind.title());
                all.computeIfAbsent(kind, _ -> new ArrayList<>()).add(start(stage, kind));
            }
        }
        report.add("start to ready, ms", 0, medians(all, Started::readyMs), "Ringback < 2500");
        report.add("start to the end of a first call, ms", 0, medians(all, Started::calledMs), "");
        report.add("resident MB after %,d calls".formatted(CALLS), 0, medians(all, Started::residentMb),
                "Ringback < 300");
    }

    private static Started start(Stage stage, Kind kind) throws IOException, InterruptedException {
        try (var contestant = stage.start(kind)) {
            double ready = contestant.awaitReady().msSinceStart();
            double called;
            try (var two = contestant.crowd(2)) {
                two.take().call(System.nanoTime());
                called = contestant.msSinceStart();
            }
            try (var crowd = contestant.crowd(2 * PAIRS)) {
                Contestant.warmUp(crowd, PAIRS, CALLS);
            }
            return new Started(ready, called, contestant.watched().now().serviceMb());
        }
    }

    private static Map<Kind, Double> medians(Map<Kind, List<Started>> all, ToDoubleFunction<Started> figure) {
        return Report.each(all, some -> Run.median(some.stream().mapToDouble(figure)));
    }
}
