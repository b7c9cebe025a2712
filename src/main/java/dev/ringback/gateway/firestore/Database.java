package dev.ringback.gateway.firestore;

import com.google.api.core.ApiFuture;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.EventListener;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.ListenerRegistration;
import com.google.cloud.firestore.Precondition;
import com.google.cloud.firestore.QuerySnapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The collection of the calls' documents. Each request is made once and ends, by its own limit or when its thread is
/// interrupted.
final class Database implements AutoCloseable {
    /// Longer than the client's own limit for one request.
    private static final long PATIENCE_SECONDS = 10;

    private final Firestore client;
    private final String collection;

    Database(Firestore client, String collection) {
        this.client = client;
        this.collection = collection;
    }

    String projectId() {
        return client.getOptions().getProjectId();
    }

    String databaseId() {
        return client.getOptions().getDatabaseId();
    }

    /// The document as it is now; empty when there is none.
    Optional<DocumentSnapshot> read(String id) throws FirestoreFailure, InterruptedException {
        return Optional.of(done(document(id).get())).filter(DocumentSnapshot::exists);
    }

    /// Makes a document that is not there yet.
    ///
    /// @return when it was made
    Timestamp create(String id, Map<String, Object> fields) throws FirestoreFailure, InterruptedException {
        return done(document(id).create(fields)).getUpdateTime();
    }

    /// Changes fields of a document that is still as it was read.
    ///
    /// @return when they were changed
    Timestamp update(DocumentSnapshot read, Map<String, Object> changes) throws FirestoreFailure, InterruptedException {
        var unchanged = Precondition.updatedAt(Objects.requireNonNull(read.getUpdateTime(), "it exists"));
        return done(read.getReference().update(changes, unchanged)).getUpdateTime();
    }

    /// Listens to the documents in which clients have set one of these states and Ringback has not answered yet: those of
    /// before first, then each as it comes.
    ListenerRegistration listen(List<String> states, EventListener<QuerySnapshot> listener) {
        return client.collection(collection)
                .whereEqualTo(CallDocument.RINGBACK_STATE, "ringing")
                .whereIn(CallDocument.STATE, states)
                .addSnapshotListener(Runnable::run, listener);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private DocumentReference document(String id) {
        return client.collection(collection).document(id);
    }

    private static <T> T done(ApiFuture<T> request) throws FirestoreFailure, InterruptedException {
        try {
            return request.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw FirestoreFailure.of(failure.getCause());
        } catch (TimeoutException _) {
            throw FirestoreFailure.timeout();
        } finally {
            request.cancel(true);
        }
    }
}
