package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.device.PushToken.WebPushKeys;
import dev.ringback.device.SubscriptionKeys;
import dev.ringback.notify.Outcome;
import dev.ringback.support.FuzzedAnswer;
import dev.ringback.support.Quiet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.extension.ExtendWith;

/// A browser's keys, and push services' answers. The first line holds `p256dh`, the second `auth`; or a status and a
/// `Retry-After`.
@ExtendWith(Quiet.class)
class SubscriptionFuzzTests {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

    @FuzzTest
    void keysAreTakenIfTheyCanBeEncryptedTo(byte[] data) {
        var lines = new String(data, StandardCharsets.UTF_8).split("\n", 3);
        var keys = new WebPushKeys(lines[0], lines.length > 1 ? lines[1] : "");
        if (SubscriptionKeys.refusal(keys.p256dh(), keys.auth()).isEmpty()) {
            assertThatCode(() -> Receiver.of(keys)).doesNotThrowAnyException();
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> Receiver.of(keys));
        }
        var answer = FuzzedAnswer.of(data);
        var outcome = WebPushErrors.outcome(answer.status(), lines[0], answer.retryAfter(), NOW);
        if (outcome instanceof Outcome.TryLater(_, var after) && after != null) {
            assertThat(after).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(NOW.plus(after)).as("a time that can be told").isAfterOrEqualTo(NOW);
        }
    }
}
