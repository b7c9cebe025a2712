package dev.ringback.gateway.firestore;

import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.firestore.FirestoreException;
import dev.ringback.notify.Outcome;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Firestore did not do what it was asked, by the codes of gRPC (cloud.google.com/firestore/docs/understand-error-codes).
/// What it says beside them may quote a document and is not kept.
final class FirestoreFailure extends Exception {
    /// Of causes.
    private static final int MAX_DEPTH = 10;

    private final Code code;

    private FirestoreFailure(Code code) {
        super(code.name(), null, false, false);
        this.code = code;
    }

    static FirestoreFailure of(@Nullable Throwable cause) {
        return new FirestoreFailure(Stream.iterate(cause, c -> c != null, Throwable::getCause)
                .limit(MAX_DEPTH)
                .map(FirestoreFailure::codeOf)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(Code.UNKNOWN));
    }

    private static Optional<Code> codeOf(Throwable failure) {
        return switch (failure) {
            case ApiException e -> Optional.of(e.getStatusCode().getCode());
            case FirestoreException e -> Optional.ofNullable(e.getStatus()).map(FirestoreFailure::codeOf);
            case StatusRuntimeException e -> Optional.of(codeOf(e.getStatus()));
            case StatusException e -> Optional.of(codeOf(e.getStatus()));
            default -> Optional.empty();
        };
    }

    private static Code codeOf(Status status) {
        return Code.valueOf(status.getCode().name());
    }

    static FirestoreFailure timeout() {
        return new FirestoreFailure(Code.DEADLINE_EXCEEDED);
    }

    String code() {
        return code.name();
    }

    /// Whether a write found the document other than it had been read.
    ///
    /// @param wasThere whether there was one when it was read
    boolean isChangedMeanwhile(boolean wasThere) {
        return switch (code) {
            case ALREADY_EXISTS, FAILED_PRECONDITION -> true;
            // of a document that was not there it is the database that is not found
            case NOT_FOUND -> wasThere;
            default -> false;
        };
    }

    /// What is to be done about it.
    Outcome outcome() {
        return switch (code) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, CANCELLED, UNKNOWN ->
                new Outcome.TryLater(code(), null);
            default -> new Outcome.Refused(code());
        };
    }

    /// The same for whoever looks for what is wrong.
    String words(String projectId, String databaseId) {
        return switch (code) {
            case PERMISSION_DENIED ->
                "The service account may not use Firestore of project %s (%s): give it the role Cloud Datastore User, and enable the Cloud Firestore API."
                        .formatted(projectId, code());
            case UNAUTHENTICATED ->
                "Firestore does not accept the service account's key (%s): check ringback.firestore.credentials and this machine's clock."
                        .formatted(code());
            case NOT_FOUND -> "Project %s has no Firestore database %s (%s).".formatted(projectId, databaseId, code());
            case UNAVAILABLE, DEADLINE_EXCEEDED ->
                "Firestore cannot be reached (%s): check this machine's way out, and ringback.firestore.host."
                        .formatted(code());
            default -> "Firestore answers %s.".formatted(code());
        };
    }
}
