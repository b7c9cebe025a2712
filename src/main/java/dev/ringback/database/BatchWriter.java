package dev.ringback.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes behind: collects for a moment what comes, and writes it in one go. Under load it costs a fraction of a statement
/// each, and nobody waits for it.
///
/// What is in here when the process is killed is lost, so it may hold only what can be found out again or done without.
/// While the database is away a batch is tried again, in order, until it is taken or the writer is closed, and what comes
/// meanwhile waits, up to a bound. One that the database refuses for what is in it is given up after a few tries.
///
/// @param <T> what is written
public final class BatchWriter<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);
    private static final int MAX_BATCH = 500;
    private static final int CAPACITY = 20_000;
    private static final long RETRY_MS = 500;
    private static final int REFUSALS = 3;
    private static final long POLL_MS = 200;
    private static final long LAST_WRITE_WITHIN_MS = 5_000;

    private final String name;
    private final Duration collectedFor;
    private final Consumer<List<T>> writer;
    private final BlockingQueue<T> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /// Starts the writer's own thread.
    ///
    /// @param name of the thread, and in the log
    /// @param collectedFor how long what comes is waited for, from the first of a batch on; not when a batch is full already
    /// @param writer writes a batch of up to 500, in the order in which it came
    public BatchWriter(String name, Duration collectedFor, Consumer<List<T>> writer) {
        this.name = name;
        this.collectedFor = collectedFor;
        this.writer = writer;
        this.thread = Thread.ofVirtual().name(name).start(this::run);
    }

    /// Takes something to be written soon; false when 20,000 are waiting already, and it was not taken.
    public boolean offer(T item) {
        return queue.offer(item);
    }

    /// Writes what is still waiting and stops.
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(LAST_WRITE_WITHIN_MS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var batch = new ArrayList<T>(MAX_BATCH);
        try {
            while (!isClosing() || !queue.isEmpty()) {
                var first = queue.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    if (queue.size() < MAX_BATCH - 1) {
                        // over at once when it is closed: what is there is written now
                        var _ = closing.await(collectedFor.toMillis(), TimeUnit.MILLISECONDS);
                    }
                    queue.drainTo(batch, MAX_BATCH - 1);
                    write(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<T> batch) throws InterruptedException {
        int refused = 0;
        for (int attempt = 1; refused < REFUSALS; attempt++) {
            try {
                writer.accept(List.copyOf(batch));
                if (attempt > 1) {
                    LOG.info("{}: written at the {}th try", name, attempt);
                }
                return;
            } catch (RuntimeException failure) {
                refused += Outage.isBehind(failure) ? 0 : 1;
                if (attempt == 1) {
                    LOG.warn("{}: {} entries are not written yet: {}", name, batch.size(), failure.toString());
                }
                if (closing.await(RETRY_MS, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        LOG.error("{}: gave up {} entries", name, batch.size());
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }
}
