package dev.ringback.room.enablex;

import static dev.ringback.room.enablex.EnableXServer.answer;
import static dev.ringback.room.enablex.EnableXServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.ringback.room.RoomFailure;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class EnableXBreakerTests {
    @AutoClose
    private final EnableXServer enableX = new EnableXServer(new Limits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            0,
            Duration.ofMillis(4),
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(4)
                    .minimumNumberOfCalls(4)
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .waitDurationInOpenState(Duration.ofMillis(300))
                    .build()));

    @Test
    void failuresOpenItAndASuccessClosesIt(CapturedOutput output) {
        failFourTimes(500);
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken)
                .withMessageContaining("not asked")
                .returns(RoomFailure.Kind.UNAVAILABLE, RoomFailure::kind);
        assertThat(enableX.requests()).isEqualTo(4);
        assertThat(output).containsOnlyOnce("circuit breaker").doesNotContain("not asked");

        enableX.answers(token(), token());
        await().ignoreExceptions().untilAsserted(() -> assertThat(enableX.issueToken()).isEqualTo("t1"));
        assertThat(enableX.issueToken()).isEqualTo("t1");
    }

    @Test
    void aFailedProbeKeepsItOpen() {
        failFourTimes(500);
        enableX.answers(500, "");
        await().untilAsserted(() -> {
            assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken);
            assertThat(enableX.requests()).isEqualTo(5);
        });
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken).withMessageContaining("not asked");
    }

    @Test
    void refusalsLeaveItClosed() {
        failFourTimes(401);
        failFourTimes(404);
        assertThat(enableX.answers(token()).issueToken()).isEqualTo("t1");
    }

    @Test
    void tooManyRequestsLeaveItClosed() {
        failFourTimes(429);
        failFourTimes(429);
        assertThat(enableX.answers(token()).issueToken()).isEqualTo("t1");
    }

    private void failFourTimes(int status) {
        for (int i = 0; i < 4; i++) {
            enableX.answers(answer(status, ""));
            assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken);
        }
    }
}
