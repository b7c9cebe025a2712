package dev.ringback.gateway.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.grpc.GrpcStatusCode;
import com.google.api.gax.rpc.ApiExceptionFactory;
import dev.ringback.notify.Outcome;
import io.grpc.Status;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class FirestoreFailureTests {

    @ParameterizedTest
    @EnumSource(names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL", "CANCELLED",
            "UNKNOWN"})
    void whatPassesIsTriedAgain(Status.Code code) {
        assertThat(failure(code).outcome()).isEqualTo(new Outcome.TryLater(code.name(), null));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED",
            "INTERNAL", "CANCELLED", "UNKNOWN", "OK"})
    void whatDoesNotPassIsNot(Status.Code code) {
        assertThat(failure(code).outcome()).isEqualTo(new Outcome.Refused(code.name()));
    }

    @Test
    void aMissingDocumentIsAChangeAndAMissingDatabaseIsNot() {
        assertThat(failure(Status.Code.NOT_FOUND).isChangedMeanwhile(true)).isTrue();
        assertThat(failure(Status.Code.NOT_FOUND).isChangedMeanwhile(false)).isFalse();
        assertThat(failure(Status.Code.FAILED_PRECONDITION).isChangedMeanwhile(true)).isTrue();
        assertThat(failure(Status.Code.ALREADY_EXISTS).isChangedMeanwhile(false)).isTrue();
        assertThat(failure(Status.Code.UNAVAILABLE).isChangedMeanwhile(true)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "OK")
    void theCodeIsFoundHoweverItIsWrapped(Status.Code code) {
        assertThat(of(code.toStatus().asRuntimeException())).isEqualTo(code.name());
        assertThat(of(code.toStatus().asException())).isEqualTo(code.name());
        assertThat(of(new ExecutionException(code.toStatus().asException()))).isEqualTo(code.name());
    }

    @Test
    void nothingOfTheAnswerIsKept() {
        var failure = FirestoreFailure
                .of(Status.INVALID_ARGUMENT.withDescription("document says: secret").asRuntimeException());
        assertThat(failure).hasMessage("INVALID_ARGUMENT").hasNoCause();
        assertThat(of(new IllegalStateException("secret"))).isEqualTo("UNKNOWN");
        assertThat(of(null)).isEqualTo("UNKNOWN");
    }

    private static String of(@Nullable Throwable cause) {
        return FirestoreFailure.of(cause).code();
    }

    private static FirestoreFailure failure(Status.Code code) {
        return FirestoreFailure.of(ApiExceptionFactory.createException(new IllegalStateException("secret"),
                GrpcStatusCode.of(code), false));
    }
}
