package load;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;

/// Compares Ringback with what a team would otherwise write, and prints one table. See `bench/README.md`.
public final class Compare {
    private final Options options;
    private final Set<String> parts;
    private final Report report = new Report();

    private Compare(Options options) {
        this.options = options;
        this.parts = Set.copyOf(Arrays.asList(options.all().get("parts").split(",")));
    }

    public static void main(String... args) throws Exception {
        var compare = new Compare(Options.parse(args));
        try (var stage = Stage.open(compare.options.all())) {
            compare.measure(stage);
            compare.print(stage);
        }
        if (!compare.report.isClean()) {
            System.err.println("Something went wrong: the figures above count for nothing.");
        }
        System.exit(compare.report.isClean() ? 0 : 1);
    }

    static void progress(String what) {
        System.err.println(what);
    }

    private void measure(Stage stage) throws IOException, InterruptedException, SQLException {
        if (parts.contains("ceilings")) {
            new Ceilings(options, report).measure(stage);
        }
        var speed = parts.contains("speed")
                ? new Speed(options, report).measure(stage)
                : new Speed.Measured(options.rate(), Double.NaN);
        if (parts.contains("sockets")) {
            new Sockets(options, report, speed.rate()).measure(stage);
        }
        if (parts.contains("start")) {
            new Start(options, report).measure(stage);
        }
        if (parts.contains("deadlines")) {
            new Deadlines(options, report).measure(stage);
        }
        if (parts.contains("limits")) {
            new Limits(options, report).measure(stage, speed.peak());
        }
        if (parts.contains("fill")) {
            new Growth(options, report, speed.rate()).fill(stage);
        }
        if (parts.contains("growth")) {
            new Growth(options, report, speed.rate()).measure(stage);
        }
    }

    private void print(Stage stage) {
        System.out.printf("%n%d processors, %s %s, JDK %s, Node %s, %s%n", Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"), System.getProperty("os.version"), Runtime.version(),
                options.all().get("node-version"), stage.about());
        System.out.printf("medians of %d rounds, %d s a measurement, after %d calls of warm-up; %d users%n%n",
                options.rounds(), options.duration().toSeconds(), options.warmUp(), options.users());
        report.print();
    }
}
