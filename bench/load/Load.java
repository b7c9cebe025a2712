package load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Makes calls and notes their times.
final class Load {
    private static final int ERRORS_SHOWN = 5;
    /// Caller and called user may both have one on its way.
    private static final int REQUESTS_AT_ONCE = 2;
    private static final int CONNECTIONS_OF_OPEN_LOOP = 64;

    private final Crowd crowd;
    private final Queue<CallTimes> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Long> refusals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger errors = new AtomicInteger();
    private long startedAt;

    Load(Crowd crowd) {
        this.crowd = crowd;
    }

    /// @param refusals how long each "not now" took, in nanoseconds
    /// @param seconds from the first call's start to the last one's end
    record Result(List<CallTimes> calls, List<Long> refusals, int errors, double seconds) {
        double callsPerSecond() {
            return calls.size() / seconds;
        }
    }

    /// Open loop: call n starts at its time, whatever became of the calls before it, as people do.
    static Result open(Crowd crowd, int callsPerSecond, Duration duration) {
        return new Load(crowd).open(callsPerSecond, duration);
    }

    /// Closed loop: each of `pairs` pairs calls again as soon as its last call is over.
    static Result closed(Crowd crowd, int pairs, Duration duration) {
        return new Load(crowd).closed(pairs, duration);
    }

    private Result open(int callsPerSecond, Duration duration) {
        prepare(CONNECTIONS_OF_OPEN_LOOP);
        long interval = TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
        long count = duration.toNanos() / interval;
        try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
            startedAt = System.nanoTime();
            for (long i = 0; i < count; i++) {
                long at = startedAt + i * interval;
                sleepUntil(at);
                var pair = crowd.take();
                if (pair == null) {
                    failed("no pair is idle: the service is too slow for this rate, or there are too few users");
                } else {
                    running.submit(() -> once(pair, at));
                }
            }
        }
        return result();
    }

    private Result closed(int pairs, Duration duration) {
        prepare(REQUESTS_AT_ONCE * pairs);
        try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
            startedAt = System.nanoTime();
            long end = startedAt + duration.toNanos();
            for (int i = 0; i < pairs; i++) {
                var pair = crowd.take();
                if (pair == null) {
                    failed("no pair is left");
                } else {
                    running.submit(() -> again(pair, end));
                }
            }
        }
        return result();
    }

    private void prepare(int requests) {
        try {
            crowd.prepare(requests);
        } catch (IOException failure) {
            failed(failure.toString());
        }
    }

    private void once(Pair pair, long scheduledAt) {
        if (made(pair, scheduledAt)) {
            crowd.giveBack(pair);
        }
    }

    private void again(Pair pair, long end) {
        while (System.nanoTime() - end < 0) {
            if (!made(pair, System.nanoTime())) {
                return;
            }
        }
        crowd.giveBack(pair);
    }

    /// False when the call went wrong: the pair is not used again, since events of that call may still come.
    private boolean made(Pair pair, long scheduledAt) {
        try {
            calls.add(pair.call(scheduledAt));
            return true;
        } catch (Pair.Refused refused) {
            refusals.add(refused.nanos());
            return true;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            failed(failure.toString());
            return false;
        }
    }

    private void failed(String why) {
        if (errors.incrementAndGet() <= ERRORS_SHOWN) {
            System.err.println("call failed: " + why);
        }
    }

    private Result result() {
        var made = new ArrayList<>(calls);
        long end = made.stream().mapToLong(CallTimes::done).max().orElse(System.nanoTime());
        return new Result(made, List.copyOf(refusals), errors.get(), (end - startedAt) / 1e9);
    }

    private static void sleepUntil(long at) {
        for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
