package dev.ringback.gateway.firestore;

import com.google.cloud.firestore.DocumentChange;
import com.google.cloud.firestore.QuerySnapshot;
import dev.ringback.notify.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Listens to what clients write into documents while the service runs, and answers each with the document as it is to be.
///
/// The client library keeps the stream open and comes back after a failure; then, as at the start, it tells first what was
/// written meanwhile. Every node listens, and each hears everything: it makes no difference who is first.
final class ClientWrites implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ClientWrites.class);
    private static final int AT_ONCE = 16;
    private static final int TRIES = 12;
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int STOP_WITHIN_SECONDS = 5;

    private final Database database;
    private final CallDocuments documents;
    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final AtomicReference<@Nullable Session> running = new AtomicReference<>();

    ClientWrites(Database database, CallDocuments documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public void start() {
        var session = new Session();
        if (running.compareAndSet(null, session)) {
            session.listener.start();
        }
    }

    @Override
    public void stop() {
        var session = running.getAndSet(null);
        if (session != null) {
            session.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running.get() != null;
    }

    /// From one start to the next stop.
    private final class Session {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final ExecutorService threads = Executors
                .newThreadPerTaskExecutor(Thread.ofVirtual().name("firestore-write-", 0).factory());
        private final Thread listener = Thread.ofVirtual().name("firestore-listener").unstarted(this::listen);

        /// Until it is stopped; anew, after a while, where Firestore refuses.
        private void listen() {
            try {
                var wait = FIRST_WAIT;
                while (true) {
                    wait = listenOnce() ? FIRST_WAIT : longer(wait);
                    await(wait);
                }
            } catch (InterruptedException _) {
                // stopped
            }
        }

        /// Until Firestore ends it. Returns whether anything was told before.
        private boolean listenOnce() throws InterruptedException {
            var told = new AtomicBoolean();
            var over = new CountDownLatch(1);
            var registration = database.listen(ClientWord.STATES, (documents, failure) -> {
                if (documents == null) {
                    LOG.warn("Firestore does not let Ringback listen: {}", FirestoreFailure.of(failure).code());
                    over.countDown();
                } else {
                    told.set(true);
                    take(documents);
                }
            });
            try {
                over.await();
                return told.get();
            } finally {
                registration.remove();
            }
        }

        private void take(QuerySnapshot written) {
            written.getDocumentChanges()
                    .stream()
                    .filter(change -> change.getType() != DocumentChange.Type.REMOVED)
                    .map(change -> change.getDocument().getId())
                    .forEach(roomId -> threads.execute(() -> answer(roomId)));
        }

        private void answer(String roomId) {
            try {
                bring(roomId);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        private void bring(String roomId) throws InterruptedException {
            var wait = FIRST_WAIT;
            for (int tried = 1; tried <= TRIES && stopped.getCount() > 0; tried++) {
                switch (brought(roomId)) {
                    case Outcome.TryLater _ -> {
                        await(wait);
                        wait = longer(wait);
                    }
                    case Outcome.Refused(var code) -> {
                        LOG.warn("Firestore refuses the answer to what a client wrote: {}", code);
                        return;
                    }
                    default -> {
                        return;
                    }
                }
            }
            LOG.warn("What a client wrote into a document is left without an answer");
        }

        /// Holds no permit while it waits for better times: others may have them.
        private Outcome brought(String roomId) throws InterruptedException {
            permits.acquire();
            try {
                return documents.bring(roomId, null, false);
            } catch (RuntimeException failure) {
                LOG.warn("What a client wrote into a document cannot be handled now", failure);
                return new Outcome.TryLater("failure", null);
            } finally {
                permits.release();
            }
        }

        private void await(Duration wait) throws InterruptedException {
            if (stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new InterruptedException();
            }
        }

        void close() {
            stopped.countDown();
            listener.interrupt();
            try {
                listener.join(Duration.ofSeconds(STOP_WITHIN_SECONDS));
                threads.shutdown();
                threads.awaitTermination(STOP_WITHIN_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static Duration longer(Duration wait) {
        var doubled = wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }
}
