package load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/// Makes calls at a steady rate while somebody restarts the nodes behind a load balancer, and says what became of each.
public final class Rolling {
    private static final long SHORTEST_PAUSE_MS = 300;
    private static final long LONGEST_PAUSE_MS = 4_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Options options;
    private final List<Lasting> users = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();

    private Rolling(Options options) {
        this.options = options;
    }

    public static void main(String... args) throws Exception {
        var rolling = new Rolling(Options.parse(args));
        rolling.run();
        System.exit(rolling.print() ? 0 : 1);
    }

    private void run() throws InterruptedException {
        var http = new Http(options.url());
        var tokens = new Tokens(options.secret());
        for (int i = 0; i < options.users(); i++) {
            users.add(new Lasting("rolling-" + i, http, tokens));
        }
        for (var user : users) {
            user.connect();
            user.awaitConnected();
        }
        System.err.println(users.size() + " users listen: restart the nodes, one after the other");
        var idle = new LinkedBlockingQueue<>(users);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long step = TimeUnit.SECONDS.toNanos(1) / options.rate();
            long at = System.nanoTime();
            for (long end = at + options.duration().toNanos(); at < end; at += step) {
                TimeUnit.NANOSECONDS.sleep(at - System.nanoTime());
                var call = new Call(idle.take(), idle.take());
                calls.add(call);
                threads.submit(() -> live(call, idle));
            }
        }
        users.forEach(Lasting::close);
    }

    private static void live(Call call, BlockingQueue<Lasting> idle) {
        try {
            call.live();
        } catch (IOException failure) {
            call.became = (call.placed ? "LOST: " : "not placed: ") + failure.getMessage();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            idle.add(call.caller);
            idle.add(call.called);
        }
    }

    /// @return whether no call was lost
    private boolean print() {
        var all = new TreeMap<String, Integer>();
        calls.forEach(call -> all.merge(call.became, 1, Integer::sum));
        System.out.printf("%d calls in %d s, %d users; %d sockets opened again%n", calls.size(),
                options.duration().toSeconds(), users.size(), sum(Lasting::connections) - users.size());
        System.out.printf("commands sent again: %d unanswered, %d after a 5xx%n%n", sum(Lasting::unanswered),
                sum(Lasting::refused));
        all.forEach((became, count) -> System.out.printf("%6d %s%n", count, became));
        return all.keySet().stream().noneMatch(became -> became.startsWith("LOST"));
    }

    private int sum(ToIntFunction<Lasting> figure) {
        return users.stream().mapToInt(figure).sum();
    }

    /// How a call is to end.
    private enum Ending {
        ENDED, REJECTED, CANCELLED
    }

    /// Lost is a call that was placed, as its caller was told, and that does not end for both as it was to.
    private static final class Call {
        private final Lasting caller;
        private final Lasting called;
        private final Ending ending = Ending.values()[ThreadLocalRandom.current().nextInt(Ending.values().length)];
        private volatile boolean placed;
        private volatile String became = "LOST: it goes on";

        Call(Lasting caller, Lasting called) {
            this.caller = caller;
            this.called = called;
        }

        private void live() throws IOException, InterruptedException {
            var id = caller.call(called.id(), caller.id() + "-" + System.nanoTime());
            placed = true;
            called.await(id, "ringing", PATIENCE);
            pause();
            switch (ending) {
                case ENDED -> {
                    called.act("accept", id);
                    caller.await(id, "accepted", PATIENCE);
                    pause();
                    caller.act("end", id);
                }
                case REJECTED -> called.act("reject", id);
                case CANCELLED -> caller.act("cancel", id);
            }
            var state = ending.name().toLowerCase(Locale.ROOT);
            became = became(state, caller.await(id, state, PATIENCE), called.await(id, state, PATIENCE));
        }

        private static String became(String state, Lasting.Known caller, Lasting.Known called) {
            if (!caller.state().equals(state) || !called.state().equals(state)) {
                return "LOST: to the caller it is " + caller.state() + ", to the called user " + called.state();
            }
            return state + (caller.asked() || called.asked() ? ", known by asking" : "");
        }

        private static void pause() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS));
        }
    }
}
