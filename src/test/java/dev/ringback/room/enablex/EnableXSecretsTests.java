package dev.ringback.room.enablex;

import static dev.ringback.room.enablex.EnableXServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// Credentials and tokens show nowhere, though the provider repeat them and the log say all it can.
@ExtendWith(OutputCaptureExtension.class)
class EnableXSecretsTests {
    private static final String[] SECRETS = {"the-app-id", "the-app-key", "dGhlLWFwcC1pZDp0aGUtYXBwLWtleQ",
            "the-token"};

    @AutoClose
    private final EnableXServer enableX = new EnableXServer();

    @ParameterizedTest
    @MethodSource("talkativeAnswers")
    void anErrorShowsNone(MockResponse.Builder answer, CapturedOutput output) {
        enableX.answers(answer, answer, answer, answer, answer, answer, answer, answer, answer);
        assertShowsNone(enableX::createRoom, output);
        assertShowsNone(enableX::issueToken, output);
        assertShowsNone(enableX::deleteRoom, output);
    }

    static Stream<MockResponse.Builder> talkativeAnswers() {
        var echo = "Basic dGhlLWFwcC1pZDp0aGUtYXBwLWtleQ== is the-app-id with the-app-key";
        return Stream.of(
                answer(200, "{\"result\": 7, \"error\": \"%s\", \"desc\": \"%s\"}".formatted(echo, echo)),
                answer(200, "{\"result\": \"the-app-key\"}"),
                answer(401,
                        "{\"status\": \"error\", \"error_code\": \"%s\", \"message\": \"%s\"}".formatted(echo, echo)),
                answer(503, "{\"status\": \"error\", \"request_id\": \"%s\"}".formatted(echo)),
                answer(400, echo),
                answer(200, "{\"token\": \"the-token"),
                answer(200, "the-token"),
                answer(500, "{\"result\": 0, \"token\": \"the-token\"}"),
                answer(200, "{\"token\": \"the-token\"}"),
                new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()));
    }

    @Test
    void aSuccessShowsNoneEvenWhenEverythingIsLogged(CapturedOutput output) {
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("ROOT", LogLevel.TRACE);
        try {
            enableX.answers(200, "{\"result\": 0, \"token\": \"the-token\"}");
            assertThat(enableX.issueToken()).isEqualTo("the-token");
        } finally {
            logging.setLogLevel("ROOT", LogLevel.INFO);
        }
        assertThat(output.getAll()).doesNotContain(SECRETS);
    }

    @Test
    void theRequestIdIsLogged(CapturedOutput output) {
        enableX.answers(422, "{\"status\": \"error\", \"error_code\": \"X\", \"request_id\": \"req-7\"}");
        assertThat(catchThrowable(enableX::createRoom)).hasMessageContaining("HTTP 422, X (request_id req-7)");
        assertThat(output).contains("HTTP 422, X (request_id req-7)");
    }

    @Test
    void anAnswerCannotWriteLogLinesOfItsOwn(CapturedOutput output) {
        enableX.answers(422, "{\"status\": \"error\", \"error_code\": \"A\\nB\", \"message\": \"C\\r\\nD\"}");
        assertThat(catchThrowable(enableX::createRoom)).message().hasLineCount(1);
        assertThat(output.getAll().lines()).noneMatch(line -> line.startsWith("B") || line.startsWith("D"));
    }

    @Test
    void settingsAndAccountPrintNone() {
        var settings = new EnableXSettings("the-app-id", "the-app-key", URI.create("https://example.org"));
        assertThat(settings.toString() + EnableXServer.ACCOUNT).doesNotContain(SECRETS);
    }

    private static void assertShowsNone(ThrowingCallable call, CapturedOutput output) {
        var failure = catchThrowable(call);
        if (failure != null) {
            var trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            assertThat(trace.toString()).doesNotContain(SECRETS);
        }
        assertThat(output.getAll()).doesNotContain(SECRETS);
    }
}
