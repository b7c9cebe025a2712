package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.support.FuzzedAnswer;
import dev.ringback.support.Quiet;
import okhttp3.Headers;
import org.junit.jupiter.api.extension.ExtendWith;

/// What FCM, Google's front end, or whatever stands between, may answer.
@ExtendWith(Quiet.class)
class FcmAnswersFuzzTests {

    @FuzzTest
    void anyAnswerIsUnderstoodAsSomething(byte[] data) {
        var answer = FuzzedAnswer.of(data);
        var headers = new Headers.Builder().addUnsafeNonAscii("Retry-After", answer.retryAfter())
                .add("Date", "Sat, 21 Nov 2026 00:00:00 GMT")
                .build();
        var error = new ErrorAnswer("fcm.googleapis.com", answer.status(), headers, answer.body().toByteArray());
        assertThat(error.code()).matches("[A-Za-z_]{1,60}|HTTP \\d{3}");
        assertThat(error).hasMessage("HTTP " + answer.status());
        assertThat(FcmErrors.outcome(error)).isNotNull();
        var after = error.retryAfter();
        assertThat(after == null || !after.isNegative()).isTrue();
    }
}
