package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RemovalBrakeTests {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final RemovalBrake brake = new RemovalBrake();

    @Test
    void aFewDeadTokensGo() {
        for (int i = 0; i < 19; i++) {
            assertThat(brake.dead(NOW)).isTrue();
        }
    }

    @Test
    void theTwentiethOfAFewIsKept() {
        for (int i = 0; i < 19; i++) {
            brake.dead(NOW);
        }
        assertThat(brake.dead(NOW)).isFalse();
        assertThat(brake.dead(NOW.plusSeconds(30))).isFalse();
    }

    @Test
    void aFifthOfManyIsOrdinary() {
        for (int i = 0; i < 400; i++) {
            brake.alive(NOW.plusSeconds(i % 60));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(brake.dead(NOW.plusSeconds(59))).isTrue();
        }
        assertThat(brake.dead(NOW.plusSeconds(59))).isFalse();
    }

    @Test
    void aMinuteLaterItIsForgotten() {
        for (int i = 0; i < 30; i++) {
            brake.dead(NOW);
        }
        assertThat(brake.dead(NOW.plusSeconds(59))).isFalse();
        assertThat(brake.dead(NOW.plusSeconds(119))).isTrue();
    }
}
