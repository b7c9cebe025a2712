package load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What sockets cost that only are there: memory, and the rings of others.
final class Sockets {
    private static final Duration RUN_IN = Duration.ofSeconds(1);
    private static final int WARM_UP_PAIRS = 16;
    private static final int SOME = 1_000;

    private final Options options;
    private final Report report;
    private final int rate;
    private final int many;
    private final Map<Integer, Map<Kind, Memory>> memory = Map.of(0, figures(), 1, figures(), 2, figures());
    private final Map<Kind, List<Run>> without = new EnumMap<>(Kind.class);
    private final Map<Kind, List<Run>> with = new EnumMap<>(Kind.class);

    /// @param rate calls a second
    Sockets(Options options, Report report, int rate) {
        this.options = options;
        this.report = report;
        this.rate = rate;
        this.many = Integer.parseInt(options.all().getOrDefault("sockets", "10000"));
    }

    void measure(Stage stage) throws IOException, InterruptedException {
        for (var kind : Kind.values()) {
            without.put(kind, new ArrayList<>());
            with.put(kind, new ArrayList<>());
            try (var contestant = stage.start(kind).awaitReady()) {
                measure(stage, contestant);
            }
        }
        report();
    }

    /// Without, with, with, without: what gets faster or slower all the time is then no one's advantage.
    private void measure(Stage stage, Contestant contestant) throws IOException, InterruptedException {
        var kind = contestant.kind();
        Compare.progress("warm-up: " + kind.title());
        try (var crowd = contestant.crowd(options.users())) {
            Contestant.warmUp(crowd, WARM_UP_PAIRS, options.warmUp());
        }
        without.get(kind).add(ring(contestant, 0));
        memory.get(0).put(kind, Memory.of(contestant));
        try (var _ = stage.idle(contestant, SOME)) {
            memory.get(1).put(kind, Memory.of(contestant));
            try (var _ = stage.idle(contestant, many - SOME)) {
                memory.get(2).put(kind, Memory.of(contestant));
                with.get(kind).add(ring(contestant, many));
                with.get(kind).add(ring(contestant, many));
            }
        }
        without.get(kind).add(ring(contestant, 0));
    }

    private Run ring(Contestant contestant, int idle) throws IOException, InterruptedException {
        Compare.progress(contestant.kind().title() + " with " + idle + " idle sockets");
        try (var crowd = contestant.crowd(options.users())) {
            Load.open(crowd, rate, RUN_IN);
            return report.add("%s, open, %d/s, %,d idle sockets".formatted(contestant.kind().title(), rate, idle), "",
                    Run.of(contestant.watched(), () -> Load.open(crowd, rate, options.duration())));
        }
    }

    private void report() {
        var counts = List.of(0, SOME, many);
        for (int i = 0; i < counts.size(); i++) {
            report.add("resident MB with %,d idle sockets".formatted(counts.get(i)), 0,
                    Report.each(memory.get(i), Memory::residentMb), "");
        }
        report.add("bytes that an idle socket holds, at %,d, in the heap".formatted(many), 0,
                each(kind -> (memory.get(2).get(kind).live() - memory.get(0).get(kind).live()) / many),
                "≤ 1.5; ≤ 1.5");
        report.add("… resident", 0, each(kind -> (memory.get(2).get(kind).residentMb()
                - memory.get(0).get(kind).residentMb()) * 1024 * 1024 / many), "");
        report.add("ring ms at %d calls/s, p99, without them".formatted(rate), 2,
                Report.each(without, runs -> Run.median(runs, run -> run.ring(99))), "");
        report.add("… with %,d".formatted(many), 2,
                Report.each(with, runs -> Run.median(runs, run -> run.ring(99))), "");
        report.add("… with, against without", 2, each(kind -> Run.median(with.get(kind), run -> run.ring(99))
                / Run.median(without.get(kind), run -> run.ring(99))), "Ringback ≤ 1.5");
    }

    private interface Figure {
        double of(Kind kind);
    }

    private static Map<Kind, Double> each(Figure figure) {
        var figures = new EnumMap<Kind, Double>(Kind.class);
        for (var kind : Kind.values()) {
            figures.put(kind, figure.of(kind));
        }
        return figures;
    }

    private static Map<Kind, Memory> figures() {
        return new EnumMap<>(Kind.class);
    }
}
