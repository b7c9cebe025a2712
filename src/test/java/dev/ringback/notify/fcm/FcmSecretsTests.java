package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.device.Platform;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Pushes;
import mockwebserver3.MockResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// Keys and tokens show nowhere, though the server repeat them and the log say all it can.
@ExtendWith(OutputCaptureExtension.class)
class FcmSecretsTests {
    private static final String KEY_LINE = FakeFcm.PRIVATE_KEY.lines().skip(3).findFirst().orElseThrow();

    @AutoClose
    private final FakeFcm fcm = new FakeFcm();

    @Test
    void nothingIsShownEvenWhenEverythingIsLogged(CapturedOutput output) throws Exception {
        var logging = LoggingSystem.get(getClass().getClassLoader());
        logging.setLogLevel("ROOT", LogLevel.TRACE);
        java.util.logging.Logger.getLogger("com.google").setLevel(java.util.logging.Level.ALL);
        try {
            assertShowsNone(null, output);
            assertShowsNone(echo(400), output);
            assertShowsNone(echo(401), output);
            assertShowsNone(echo(503), output);
        } finally {
            logging.setLogLevel("ROOT", LogLevel.INFO);
        }
    }

    private void assertShowsNone(@Nullable MockResponse answer, CapturedOutput output) throws InterruptedException {
        fcm.answers(answer);
        var push = Pushes.ring(FakeFcm.token(Platform.ANDROID));
        Outcome outcome = fcm.notifier().send(push);
        var check = fcm.notifier().check();
        assertThat(outcome + check.message() + output.getAll())
                .doesNotContain(push.to().token(), "access-1", "action.token.of-this-call", KEY_LINE);
    }

    private static MockResponse echo(int status) {
        return FakeFcm.answer(status, """
                {"error": {"code": %d, "message": "access-1 action.token.of-this-call", "status": "access-1"}}"""
                .formatted(status));
    }
}
