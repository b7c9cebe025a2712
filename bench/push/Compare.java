package push;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Lets Ringback's channels and the Node libraries send to the same fakes, in turns, and prints one table. See
/// `bench/README.md`.
public final class Compare {
    private final Map<String, String> options;
    private final Path folder;
    private final Fakes fakes;
    private final Operator operator;
    private final Path targets;

    private Compare(Map<String, String> options) throws Exception {
        this.options = options;
        this.folder = Path.of(options.get("folder"));
        this.fakes = Fakes.fast(folder);
        this.operator = Operator.in(folder, fakes);
        this.targets = Targets.of(operator, fakes).write(folder.resolve("targets.json"));
    }

    /// One channel, and the Node senders that it is compared with.
    private record Contest(String channel, List<String> rivals) {}

    private record Line(String name, List<Sender.Result> rounds) {
        double median(ToDoubleFunction<Sender.Result> of) {
            var sorted = rounds.stream().mapToDouble(of).sorted().toArray();
            int half = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }

        long errors() {
            return rounds.stream().mapToLong(Sender.Result::errors).sum();
        }

        String range() {
            var speeds = rounds.stream().mapToDouble(Sender.Result::perSecond).summaryStatistics();
            return String.format(Locale.ROOT, "%,.0f–%,.0f", speeds.getMin(), speeds.getMax());
        }
    }

    public static void main(String... args) throws Exception {
        var options = new HashMap<String, String>();
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i].substring(2), args[i + 1]);
        }
        long errors = new Compare(options).run();
        if (errors > 0) {
            System.err.println("Something went wrong: the figures above count for nothing.");
        }
        // the fakes' threads go on else
        System.exit(errors > 0 ? 1 : 0);
    }

    private long run() throws IOException {
        System.out.printf("%d processors, %s %s, JDK %s, Node %s, %s; %d in flight, %d rounds of %d s each%n%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"),
                System.getProperty("os.version"), Runtime.version(), options.get("node-version"),
                options.get("libraries"), number("in-flight"), number("rounds"), number("seconds"));
        System.out.println("| channel | Ringback/s | (range) | Node | Node/s | (range) | ratio | Ringback CPU ms"
                + " | Node CPU ms | errors |\n|---|--:|--:|---|--:|--:|--:|--:|--:|--:|");
        long errors = 0;
        for (var contest : contests()) {
            errors += hold(contest);
        }
        return errors;
    }

    private List<Contest> contests() {
        var all = List.of(new Contest("apns", List.of("apns")), new Contest("fcm", List.of("fcm", "fcm-each")),
                new Contest("web-push", List.of("web-push")));
        var wanted = List.of(options.get("channels").split(","));
        return all.stream().filter(contest -> wanted.contains(contest.channel())).toList();
    }

    private long hold(Contest contest) throws IOException {
        var senders = new ArrayList<Sender>();
        var lines = new ArrayList<Line>();
        try {
            senders.add(ringback(contest.channel()));
            lines.add(new Line("Ringback", new ArrayList<>()));
            for (var rival : contest.rivals()) {
                senders.add(node(rival));
                lines.add(new Line(rival, new ArrayList<>()));
            }
            for (int round = 0; round <= number("rounds"); round++) {
                System.err.println(contest.channel() + (round == 0 ? ": warm-up" : ": round " + round));
                for (int i = 0; i < senders.size(); i++) {
                    // the first to send changes from round to round
                    int turn = (i + round) % senders.size();
                    long before = fakes.taken();
                    var result = senders.get(turn)
                            .measure(number(round == 0 ? "warm-up" : "seconds"), number("in-flight"));
                    mustAgree(contest.channel(), result, fakes.taken() - before);
                    System.err.printf(Locale.ROOT, "  %s %,.0f/s, %.3f ms%n", lines.get(turn).name(),
                            result.perSecond(), result.cpuMs());
                    if (round > 0) {
                        lines.get(turn).rounds().add(result);
                    }
                }
            }
        } finally {
            senders.forEach(Sender::close);
        }
        lines.stream().skip(1).forEach(rival -> print(contest.channel(), lines.getFirst(), rival));
        return lines.stream().mapToLong(Line::errors).sum();
    }

    /// What a sender says must be what has arrived. pushy's server does not count; there it is at least one push for
    /// each that was on its way.
    private void mustAgree(String channel, Sender.Result result, long taken) {
        if (result.errors() > 0) {
            return;
        }
        if (channel.equals("apns") ? result.sent() < number("in-flight") : taken != result.sent()) {
            throw new IllegalStateException(
                    channel + ": a sender counts " + result.sent() + " pushes, the fake " + taken);
        }
    }

    private static void print(String channel, Line ours, Line rival) {
        var our = ours.median(Sender.Result::perSecond);
        var their = rival.median(Sender.Result::perSecond);
        System.out.printf(Locale.ROOT, "| %s | %,.0f | %s | %s | %,.0f | %s | %.2f | %.3f | %.3f | %d |%n", channel,
                our,
                ours.range(), NAMES.get(rival.name()), their, rival.range(), our / their,
                ours.median(Sender.Result::cpuMs), rival.median(Sender.Result::cpuMs),
                ours.errors() + rival.errors());
    }

    private static final Map<String, String> NAMES = Map.of("apns", "`@parse/node-apn`", "fcm",
            "`firebase-admin`, `send`", "fcm-each", "`firebase-admin`, `sendEach`", "web-push", "`web-push`");

    private Sender ringback(String channel) throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        return Sender.start(List.of(java, "-Xmx512m", operator.trustStore(), operator.trustStorePassword(), "-cp",
                System.getProperty("java.class.path"), "bench/push/Ringback.java", channel, targets.toString()),
                operator.environment(fakes));
    }

    private Sender node(String channel) throws IOException {
        var script = folder.resolve("node");
        return Sender.start(List.of("node", "--require", script.resolve("localhost.js").toString(),
                script.resolve("sender.js").toString(), channel, targets.toString()),
                Map.of("NODE_EXTRA_CA_CERTS", operator.pemFile().toString(), "FCM_HOST",
                        "localhost:" + fakes.fcmPort(), "NODE_ENV", "production"));
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }
}
