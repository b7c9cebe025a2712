package dev.ringback.room.enablex;

import static dev.ringback.room.RoomFailure.Kind.REJECTED;
import static dev.ringback.room.RoomFailure.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider.Deletion;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What each answer means. Every row is given three times, for those that are asked for again.
class EnableXAnswersTests {
    static final List<Arguments> ERRORS = List.of(
            // refused, in the old shape: judged by the body whatever the status
            Arguments.of(200, old("10009", "Unknown settings key"), REJECTED),
            Arguments.of(200, old("\"10000\"", "App not found"), REJECTED),
            Arguments.of(201, old("-1", ""), REJECTED),
            Arguments.of(400, old("10002", "Name missing"), REJECTED),
            Arguments.of(400, old("0", "a success under 400 is none"), REJECTED),
            Arguments.of(200, "{\"result\": null}", REJECTED),
            Arguments.of(200, "{\"result\": false}", REJECTED),
            Arguments.of(200, "{\"result\": {}}", REJECTED),
            Arguments.of(200, "{\"result\": \"00\"}", REJECTED),
            // refused, in the new shape
            Arguments.of(400, error("INVALID_REQUEST"), REJECTED),
            Arguments.of(401, error("UNAUTHORIZED"), REJECTED),
            Arguments.of(401, error("CREDENTIAL_EXPIRED"), REJECTED),
            Arguments.of(403, error("PROJECT_SUSPENDED"), REJECTED),
            Arguments.of(404, error("NOT_FOUND"), REJECTED),
            Arguments.of(409, error("CONFLICT"), REJECTED),
            Arguments.of(422, error("VALIDATION_FAILED"), REJECTED),
            Arguments.of(200, error("UNAUTHORIZED"), REJECTED),
            // refused without words
            Arguments.of(401, "", REJECTED),
            Arguments.of(403, "<html>Forbidden</html>", REJECTED),
            // a passing fault
            Arguments.of(429, error("RATE_LIMITED"), UNAVAILABLE),
            Arguments.of(429, "", UNAVAILABLE),
            Arguments.of(200, error("RATE_LIMITED"), UNAVAILABLE),
            Arguments.of(500, error("INTERNAL_ERROR"), UNAVAILABLE),
            Arguments.of(500, old("0", "a success under 500 is none"), UNAVAILABLE),
            Arguments.of(502, "<html>Bad Gateway</html>", UNAVAILABLE),
            Arguments.of(503, error("SERVICE_UNAVAILABLE"), UNAVAILABLE),
            // not an answer of EnableX
            Arguments.of(200, "", UNAVAILABLE),
            Arguments.of(200, "<html>Sign in to the network</html>", UNAVAILABLE),
            Arguments.of(200, "{\"result\": 0", UNAVAILABLE),
            Arguments.of(200, "{\"result\": 0} trailing", UNAVAILABLE),
            Arguments.of(200, "[0]", UNAVAILABLE),
            Arguments.of(200, "0", UNAVAILABLE),
            Arguments.of(200, "null", UNAVAILABLE),
            Arguments.of(200, "{}", UNAVAILABLE),
            Arguments.of(200, "[".repeat(60_000), UNAVAILABLE),
            Arguments.of(204, "", UNAVAILABLE),
            Arguments.of(302, "{\"result\": 0}", UNAVAILABLE),
            // a success without what was asked for
            Arguments.of(200, "{\"result\": 0}", UNAVAILABLE),
            Arguments.of(200, "{\"result\": 0, \"room\": {\"room_id\": \"\"}, \"token\": \" \"}", UNAVAILABLE),
            Arguments.of(200, "{\"result\": 0, \"room\": {\"room_id\": null}, \"token\": 7}", UNAVAILABLE),
            Arguments.of(200, "{\"result\": 0, \"room\": \"r1\", \"token\": {}}", UNAVAILABLE));

    static final List<Arguments> DELETIONS = List.of(
            Arguments.of(200, "{\"result\": 0}", Deletion.DELETED),
            Arguments.of(200, "{\"result\": \"0\"}", Deletion.DELETED),
            Arguments.of(404, error("NOT_FOUND"), Deletion.DELETED),
            Arguments.of(404, "", Deletion.DELETED),
            Arguments.of(400, error("ROOM_NOT_FOUND").replace("words", "Room not found"), Deletion.DELETED),
            Arguments.of(200, old("4001", "Room r1 does not exist"), Deletion.DELETED),
            Arguments.of(409, error("CONFLICT"), Deletion.IN_USE),
            Arguments.of(409, "", Deletion.IN_USE),
            Arguments.of(200, old("4111", "Conference running"), Deletion.IN_USE),
            Arguments.of(400, old("\"4111\"", "Conference running"), Deletion.IN_USE));

    static final List<Arguments> DELETE_ERRORS = List.of(
            Arguments.of(401, error("UNAUTHORIZED"), REJECTED),
            Arguments.of(403, old("4111", "Forbidden"), REJECTED),
            Arguments.of(404, old("10000", "App not found"), REJECTED),
            Arguments.of(200, old("10000", "App not found"), REJECTED),
            Arguments.of(409, error("PROJECT_SUSPENDED"), REJECTED),
            Arguments.of(422, error("VALIDATION_FAILED"), REJECTED),
            Arguments.of(500, error("INTERNAL_ERROR"), UNAVAILABLE),
            Arguments.of(503, "", UNAVAILABLE),
            Arguments.of(429, "", UNAVAILABLE),
            Arguments.of(200, "", UNAVAILABLE));

    @AutoClose
    private final EnableXServer enableX = new EnableXServer();

    @ParameterizedTest
    @FieldSource("ERRORS")
    void anErrorMakesNoRoom(int status, String body, RoomFailure.Kind kind) {
        answerAlways(status, body);
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::createRoom).returns(kind, RoomFailure::kind);
    }

    @ParameterizedTest
    @FieldSource("ERRORS")
    void anErrorIssuesNoToken(int status, String body, RoomFailure.Kind kind) {
        answerAlways(status, body);
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken).returns(kind, RoomFailure::kind);
    }

    @ParameterizedTest
    @FieldSource("DELETIONS")
    void aDeletionHasTwoEndings(int status, String body, Deletion deletion) {
        answerAlways(status, body);
        assertThat(enableX.deleteRoom()).isEqualTo(deletion);
    }

    @ParameterizedTest
    @FieldSource("DELETE_ERRORS")
    void aDeletionFailsAsTheRestDoes(int status, String body, RoomFailure.Kind kind) {
        answerAlways(status, body);
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::deleteRoom).returns(kind, RoomFailure::kind);
    }

    @Test
    void aResultMayBeAString() {
        enableX.answers(200, "{\"result\": \"0\", \"room\": {\"room_id\": \"r1\"}, \"more\": [1]}");
        enableX.answers(201, "{\"token\": \"t1\", \"result\": \"0\"}");
        assertThat(enableX.createRoom()).isEqualTo("r1");
        assertThat(enableX.issueToken()).isEqualTo("t1");
    }

    @Test
    void aRedirectIsNotFollowed() {
        enableX.answers(new MockResponse.Builder().code(307).addHeader("Location", enableX.url() + "/elsewhere"));
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::createRoom)
                .returns(UNAVAILABLE, RoomFailure::kind);
        assertThat(enableX.requests()).isOne();
    }

    @ParameterizedTest
    @MethodSource("faultyConnections")
    @Timeout(10)
    void whoDoesNotAnswerProperlyIsUnavailable(MockResponse.Builder answer) {
        enableX.answers(answer, answer, answer);
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken)
                .returns(UNAVAILABLE, RoomFailure::kind);
    }

    static Stream<MockResponse.Builder> faultyConnections() {
        var close = new SocketEffect.CloseSocket();
        return Stream.of(
                new MockResponse.Builder().onRequestStart(close),
                new MockResponse.Builder().onResponseStart(close),
                EnableXServer.token().onResponseBody(close),
                EnableXServer.token().setHeader("Content-Length", 100).onResponseEnd(close),
                new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE),
                EnableXServer.token().onResponseBody(SocketEffect.Stall.INSTANCE),
                new MockResponse.Builder().status("garbage"),
                EnableXServer.token().setHeader("Content-Encoding", "gzip"),
                new MockResponse.Builder().body(new EndlessBody()),
                new MockResponse.Builder().code(500).body(new EndlessBody()));
    }

    private void answerAlways(int status, String body) {
        for (int i = 0; i < 3; i++) {
            enableX.answers(status, body);
        }
    }

    private static String old(String result, String error) {
        return "{\"result\": %s, \"error\": \"%s\", \"desc\": \"details\"}".formatted(result, error);
    }

    private static String error(String code) {
        return """
                {"status": "error", "error_code": "%s", "message": "words", "request_id": "req-7"}""".formatted(code);
    }

    private record EndlessBody() implements MockResponseBody {
        @Override
        public long getContentLength() {
            return Long.MAX_VALUE;
        }

        /// Ends when the client hangs up.
        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            while (sink.isOpen()) {
                sink.writeUtf8("{\"result\": 0, \"token\": \"t1\"}".repeat(1_000)).flush();
            }
        }
    }
}
