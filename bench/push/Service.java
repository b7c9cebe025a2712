package push;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Rings people through the running service and watches when the pushes come to their push services. See
/// `bench/README.md`.
public final class Service {
    private static final int COUNTED_CALLS = 100;
    private static final long STARTS_WITHIN_SECONDS = 120;
    /// The caller gives up before a ring that nobody acknowledges is pushed again.
    private static final Duration RINGS_FOR = Duration.ofSeconds(1);
    /// What is under way may end; a lane's timeout is 5 s.
    private static final Duration CALM = Duration.ofSeconds(8);

    private final Map<String, List<Long>> arrivals = new ConcurrentHashMap<>();
    private final AtomicInteger errors = new AtomicInteger();
    private final Map<String, String> options;
    private final Fakes fakes;
    private final Api api;
    private final List<Person> people;

    /// @param sent when `initiate` was about to be sent, in nanoseconds
    private record Ring(Person person, long sent) {}

    private Service(Map<String, String> options, Fakes fakes, Api api, int people) {
        this.options = options;
        this.fakes = fakes;
        this.api = api;
        this.people = IntStream.range(0, people).mapToObj(Person::of).toList();
    }

    public static void main(String... args) throws Exception {
        var options = new HashMap<String, String>();
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i].substring(2), args[i + 1]);
        }
        var folder = Path.of(options.get("folder"));
        var noticed = new CopyOnWriteArrayList<Service>();
        var fakes = Fakes.watched(folder, token -> noticed.forEach(service -> service.arrived(token)));
        var operator = Operator.in(folder, fakes);
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        var secret = HexFormat.of().formatHex(random);
        int people = Integer.parseInt(options.get("rate")) * Integer.parseInt(options.get("seconds"));
        var service = new Service(options, fakes, new Api(secret), Math.max(people, COUNTED_CALLS));
        noticed.add(service);
        try (var started = Started.start(folder, options.get("jar"), secret, operator, operator.environment(fakes))) {
            service.awaitReady(started);
            service.run(started);
        }
        if (service.errors.get() > 0) {
            System.err.println("Something went wrong: the figures above count for nothing.");
        }
        System.exit(service.errors.get() > 0 ? 1 : 0);
    }

    private void arrived(String token) {
        arrivals.computeIfAbsent(token, _ -> new CopyOnWriteArrayList<>()).add(System.nanoTime());
    }

    private void awaitReady(Started started) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STARTS_WITHIN_SECONDS);
        while (!api.isReady()) {
            if (!started.lives() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the service did not start");
            }
            Thread.sleep(200);
        }
    }

    private void run(Started started) throws Exception {
        System.err.println("registering " + people.size() + " people with two devices each");
        for (var person : people) {
            person.register(api, fakes);
        }
        System.err.println("warm-up");
        ring();
        ring();
        var well = new ArrayList<Times>();
        var oneDead = new ArrayList<Times>();
        for (int round = 1; round <= number("rounds"); round++) {
            System.err.println("round " + round + ": all well");
            well.add(ring());
            System.err.println("round " + round + ": " + options.get("dead") + " dead");
            fakes.kill(options.get("dead"));
            oneDead.add(ring());
            fakes.kill("");
            Thread.sleep(CALM);
        }
        System.out.printf("%n%d processors, %s %s, JDK %s, %s%n", Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"), System.getProperty("os.version"), Runtime.version(), started.about());
        System.out.printf("%d calls a second, two devices each, %d rounds of %d s; times in ms%n%n", number("rate"),
                number("rounds"), number("seconds"));
        print(Times.together(well), Times.together(oneDead));
        countStatements(started);
        System.out.printf("%nerrors: %d%n", errors.get());
    }

    /// Everybody is called once, at the rate, whether or not the earlier calls are through.
    private Times ring() throws InterruptedException {
        arrivals.clear();
        var rings = new ArrayList<Ring>();
        int calls = Math.min(people.size(), number("rate") * number("seconds"));
        long interval = TimeUnit.SECONDS.toNanos(1) / number("rate");
        long start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                var person = people.get(i);
                for (long at = start + i * interval, wait = at - System.nanoTime(); wait > 0; wait = at
                        - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                threads.execute(() -> {
                    try {
                        call(person, rings);
                    } catch (Exception failure) {
                        failed(failure.toString());
                    }
                });
            }
        }
        Thread.sleep(RINGS_FOR);
        return times(rings);
    }

    private void call(Person person, List<Ring> rings) throws Exception {
        long sent = System.nanoTime();
        var call = api.post(person.caller(), "/api/call/initiate", Map.of("called_id", person.id()), 201);
        synchronized (rings) {
            rings.add(new Ring(person, sent));
        }
        Thread.sleep(RINGS_FOR);
        api.post(person.caller(), "/api/call/cancel", Map.of("call_id", call.get("call_id").asString()), 200);
    }

    private Times times(List<Ring> rings) {
        var times = new Times();
        for (var ring : rings) {
            ring.person().tokens().forEach((channel, token) -> {
                var first = arrivals.getOrDefault(token, List.of())
                        .stream()
                        // a stop of the round before may still have been on its way
                        .filter(arrival -> arrival >= ring.sent())
                        .findFirst();
                if (first.isPresent()) {
                    times.add(channel, (first.get() - ring.sent()) / 1e6);
                } else {
                    times.missed(channel);
                }
            });
        }
        return times;
    }

    private void print(Times well, Times oneDead) {
        System.out.println("| channel | | rings | never came | from initiate p50 | p99 |\n"
                + "|---|---|--:|--:|--:|--:|");
        for (var channel : Person.CHANNELS) {
            System.out.println(well.row(channel, "all well"));
            System.out.println(oneDead.row(channel, options.get("dead") + " dead"));
            if (well.missing(channel) > 0) {
                failed(well.missing(channel) + " rings did not come by " + channel);
            }
            if (!channel.equals(options.get("dead"))) {
                System.out.printf(Locale.ROOT, "| %s | **ratio** | | | %.2f | %.2f |%n", channel,
                        oneDead.initiated(channel, 50) / well.initiated(channel, 50),
                        oneDead.initiated(channel, 99) / well.initiated(channel, 99));
                if (oneDead.missing(channel) > 0) {
                    failed(oneDead.missing(channel) + " rings did not come by " + channel);
                }
            }
        }
    }

    /// All calls are initiated before any is cancelled, so that what is counted belongs to one of the two.
    private void countStatements(Started started) throws Exception {
        try (var statements = new Statements(started.jdbcUrl())) {
            statements.reset();
            Thread.sleep(CALM);
            double idle = (double) statements.counted() / CALM.toMillis();
            var callIds = new ArrayList<String>();
            double initiate = counted(statements, idle, person -> callIds.add(api
                    .post(person.caller(), "/api/call/initiate", Map.of("called_id", person.id()), 201)
                    .get("call_id")
                    .asString()));
            double cancel = counted(statements, idle, person -> api.post(person.caller(), "/api/call/cancel",
                    Map.of("call_id", callIds.get(person.number())), 200));
            System.out.printf(Locale.ROOT,
                    "%nSQL statements with two push devices, mean of %d calls, BEGIN and COMMIT included: initiate and its"
                            + " two pushes %.1f, cancel and its stops %.1f%n",
                    COUNTED_CALLS, initiate, cancel);
        }
    }

    private interface Step {
        void take(Person person) throws Exception;
    }

    private double counted(Statements statements, double idle, Step step) throws Exception {
        statements.reset();
        long start = System.nanoTime();
        for (var person : people.subList(0, COUNTED_CALLS)) {
            step.take(person);
        }
        // the pushes are through, and none is repeated yet
        Thread.sleep(RINGS_FOR);
        double ms = (System.nanoTime() - start) / 1e6;
        return (statements.counted() - idle * ms) / COUNTED_CALLS;
    }

    private void failed(String what) {
        if (errors.getAndIncrement() < 5) {
            System.err.println(what);
        }
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }
}
