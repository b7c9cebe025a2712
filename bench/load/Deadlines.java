package load;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Many calls that nobody answers, all with their deadline in the same second: how long after its deadline both sides of
/// each know.
final class Deadlines {
    private static final int WARM_UP_PAIRS = 16;
    private static final int WARM_UP_CALLS = 3_000;
    private static final int PAIRS = 250;
    private static final int WARM_UP_SHARE = 3;
    private static final int AT_ONCE = 32;
    private static final int UNAVAILABLE = 503;
    private static final Duration AGAIN_AFTER = Duration.ofMillis(500);
    private static final int SHORTEST_RING = 6;
    private static final Duration LONGEST = Duration.ofSeconds(175);
    private static final Duration SHORTEST = Duration.ofSeconds(15);

    private final Options options;
    private final Report report;
    /// Of each user.
    private final int rounds;
    private final int calls;

    Deadlines(Options options, Report report) {
        this.options = options;
        this.report = report;
        int asked = Integer.parseInt(options.all().getOrDefault("ringing", "10000"));
        // each user has as many
        this.rounds = Math.max(1, asked / PAIRS);
        this.calls = rounds * PAIRS;
    }

    void measure(Stage stage) throws IOException, InterruptedException {
        var times = new EnumMap<Kind, Times>(Kind.class);
        var used = new EnumMap<Kind, Usage>(Kind.class);
        for (var kind : Kind.values()) {
            try (var contestant = stage.start(kind).awaitReady(); var crowd = contestant.crowd(2 * PAIRS)) {
                Compare.progress("deadlines: " + kind.title());
                double perSecond = warmUp(crowd);
                var pairs = everybody(crowd);
                // what a deadline runs through is compiled by then too, as in a service that has run for an hour
                new Ringing(pairs, perSecond, contestant.watched(), rounds / WARM_UP_SHARE, rounds).late();
                var ringing = new Ringing(pairs, perSecond, contestant.watched(), rounds, 0);
                times.put(kind, ringing.late());
                used.put(kind, ringing.used());
            } catch (ExecutionException failure) {
                report.failed(kind.title() + ": " + failure.getCause());
            }
        }
        report.add("%,d calls that end at one deadline: ms after it until both sides know, p50".formatted(calls), 0,
                Report.each(times, all -> all.percentile(50)), "");
        report.add("… p99", 0, Report.each(times, all -> all.percentile(99)), "");
        report.add("… all", 0, Report.each(times, Times::max), "Ringback ≤ 1000");
        report.add("… the server's CPU ms a call", 2, Report.each(used, usage -> usage.service() / calls), "");
        report.add("… PostgreSQL's", 2, Report.each(used, usage -> usage.postgres() / calls), "");
        report.add("… the generator's", 2, Report.each(used, usage -> usage.generator() / calls), "");
        report.add("… % of the machine in use meanwhile", 0,
                Report.each(used, usage -> 100 * usage.machine() / usage.capacity()), "");
    }

    private double warmUp(Crowd crowd) {
        Contestant.warmUp(crowd, WARM_UP_PAIRS, Math.min(WARM_UP_CALLS, options.warmUp()));
        return Load.closed(crowd, WARM_UP_PAIRS, Duration.ofSeconds(2)).callsPerSecond();
    }

    private static List<Pair> everybody(Crowd crowd) {
        return Stream.iterate(crowd.take(), Objects::nonNull, _ -> crowd.take()).toList();
    }

    /// Calls of one service.
    private final class Ringing {
        /// Deadlines are whole seconds away when a call is placed, and so lie within a second around the end.
        private static final Duration SPREAD = Duration.ofMillis(500);

        private final List<User> callers;
        private final List<User> called;
        private final Map<String, Long> deadlines = new ConcurrentHashMap<>();
        private final Usage.Watched watched;
        private final int rounds;
        private final int shift;
        private final long end;
        private Usage before;
        private Usage after;

        /// @param rounds calls of each user
        /// @param shift how far on among the called users the first round is
        Ringing(List<Pair> pairs, double perSecond, Usage.Watched watched, int rounds, int shift) {
            this.watched = watched;
            this.rounds = rounds;
            this.shift = shift;
            this.callers = pairs.stream().map(Pair::caller).toList();
            this.called = pairs.stream().map(Pair::called).toList();
            // placing them takes less than as many whole calls would
            long seconds = (long) (calls() / perSecond) + SHORTEST.toSeconds();
            end = System.nanoTime() + Duration.ofSeconds(Math.min(LONGEST.toSeconds(), seconds)).toNanos();
        }

        Times late() throws InterruptedException, ExecutionException {
            try (var listening = Executors.newVirtualThreadPerTaskExecutor()) {
                var known = new ArrayList<Future<Map<String, Long>>>();
                for (int i = 0; i < callers.size(); i++) {
                    int user = i;
                    known.add(listening.submit(() -> ends(callers.get(user), rounds)));
                    known.add(listening.submit(() -> ends(called.get(user), rounds)));
                }
                place();
                Compare.progress(calls() + " calls ring, " + secondsLeft() + " s to go");
                LockSupport.parkNanos(end - SPREAD.toNanos() - System.nanoTime());
                before = watched.now();
                return late(known);
            }
        }

        private int calls() {
            return rounds * callers.size();
        }

        /// From the first deadline until everybody knew.
        Usage used() {
            return after.since(before);
        }

        /// Each caller calls a different called user each time, and each pair is used once.
        private void place() throws InterruptedException, ExecutionException {
            var free = new Semaphore(AT_ONCE);
            var placed = new ArrayList<Future<Void>>();
            try (var placing = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < calls(); i++) {
                    var caller = callers.get(i % callers.size());
                    var target = called.get((i + i / callers.size() + shift) % called.size());
                    free.acquire();
                    placed.add(placing.submit(() -> {
                        try {
                            place(caller, target);
                            return null;
                        } finally {
                            free.release();
                        }
                    }));
                }
            }
            for (var one : placed) {
                one.get();
            }
        }

        private void place(User caller, User target) throws IOException {
            var answer = initiate(caller, target);
            while (answer.status() == UNAVAILABLE && secondsLeft() > SHORTEST_RING) {
                // too much at once: a client waits and asks again
                LockSupport.parkNanos(AGAIN_AFTER.toNanos());
                answer = initiate(caller, target);
            }
            answer.mustBe(201, "initiate");
            var expiresAt = Instant.parse(Json.member(answer.body(), "expires_at"));
            deadlines.put(Json.member(answer.body(), "call_id"),
                    System.nanoTime() + Duration.between(Instant.now(), expiresAt).toNanos());
        }

        private Http.Answer initiate(User caller, User target) throws IOException {
            return caller.post("initiate",
                    "{\"called_id\":\"%s\",\"ring_timeout\":%d}".formatted(target.id(), secondsLeft()));
        }

        private long secondsLeft() {
            return Math.round((end - System.nanoTime()) / 1e9);
        }

        private Map<String, Long> ends(User user, int count) throws IOException, InterruptedException {
            var ends = new HashMap<String, Long>();
            while (ends.size() < count) {
                var event = user.await("call_cancelled", LONGEST.plusSeconds(60));
                ends.putIfAbsent(event.callId(), event.at());
            }
            return ends;
        }

        private Times late(List<Future<Map<String, Long>>> known) throws InterruptedException, ExecutionException {
            var bothKnow = new HashMap<String, Long>();
            for (var one : known) {
                one.get().forEach((callId, at) -> bothKnow.merge(callId, at, Math::max));
            }
            after = watched.now();
            return Times.of(deadlines.entrySet()
                    .stream()
                    .map(call -> bothKnow.get(call.getKey()) - call.getValue())
                    .toList());
        }
    }
}
