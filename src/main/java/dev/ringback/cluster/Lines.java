package dev.ringback.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Does what arrives for one user in the order in which it arrived, off the thread that reads the network.
final class Lines implements AutoCloseable {
    private static final int COUNT = 8;
    private static final int MOST_WAITING = 10_000;

    private final List<ThreadPoolExecutor> threads;

    Lines(MeterRegistry metrics) {
        var overflowed = Counter.builder("ringback.cluster.dropped")
                .description("notices of other nodes that came faster than they could be told")
                .register(metrics);
        this.threads = IntStream.range(0, COUNT)
                .mapToObj(_ -> new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING),
                        Thread.ofVirtual().name("other-nodes-", 0).factory(), (_, _) -> overflowed.increment()))
                .toList();
    }

    /// @param key what has the same key stays in order
    void next(String key, Runnable work) {
        threads.get(Math.floorMod(key.hashCode(), COUNT)).execute(work);
    }

    @Override
    public void close() {
        threads.forEach(ThreadPoolExecutor::shutdownNow);
    }
}
