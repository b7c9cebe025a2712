package dev.ringback.notify.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.support.FuzzedAnswer;
import dev.ringback.support.Quiet;
import org.junit.jupiter.api.extension.ExtendWith;

/// Reasons that Apple may give, known or not.
@ExtendWith(Quiet.class)
class ApnsAnswersFuzzTests {

    @FuzzTest
    void anyReasonIsUnderstoodAsSomething(byte[] data) {
        var answer = FuzzedAnswer.of(data);
        var rejected = new Reply.Rejected(answer.status(), answer.body().utf8(), null);
        assertThat(ApnsErrors.outcome(rejected)).isNotNull();
        assertThat(ApnsErrors.advice(rejected)).isNotBlank();
        if (ApnsErrors.blamesAuthenticationToken(rejected)) {
            assertThat(ApnsErrors.blamesConnection(rejected)).isTrue();
        }
    }
}
