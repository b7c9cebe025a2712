package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageTests {
    private final Instant start = Clock.systemUTC().instant();

    @Test
    void pausesGrowFromSecondsToAnHour() {
        var pauses = new ArrayList<Long>();
        for (int attempt = 1; attempt <= 12; attempt++) {
            pauses.add(pause(attempt, 0));
        }
        assertThat(pauses).isEqualTo(List.of(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 1280L, 2560L, 3600L, 3600L));
        assertThat(pause(1_000, 0)).isEqualTo(3600);
    }

    @Test
    void whatFailedTogetherDoesNotComeBackTogether() {
        assertThat(pause(12, 1)).isEqualTo(2880);
        assertThat(pause(12, 0.5)).isEqualTo(3240);
    }

    @Test
    void theLastAttemptIsWhenItIsGivenUpAndNoneAfterwards() {
        var end = start.plus(Duration.ofHours(24));
        assertThat(again(20, end.minusSeconds(10), 0)).isEqualTo(end);
        assertThat(again(21, end, 0)).isNull();
    }

    private long pause(int attempt, double jitter) {
        return Duration.between(start, Objects.requireNonNull(again(attempt, start, jitter))).toSeconds();
    }

    private @Nullable Instant again(int attempt, Instant now, double jitter) {
        return new Message(1, UUID.randomUUID(), "endpoint", "call.ended", null, "{}", attempt, 1,
                start.plus(Duration.ofHours(24))).again(now, jitter);
    }
}
