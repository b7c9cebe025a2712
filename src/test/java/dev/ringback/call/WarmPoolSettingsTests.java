package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringback.room.RoomProvider;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.IntervalTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

class WarmPoolSettingsTests {
    @Test
    void noRoomIsMadeAheadUnlessOneAsksForThat() {
        assertThat(tasks(0)).isEmpty();
    }

    @Test
    void thePoolIsFilledFromTheStart() {
        assertThat(tasks(1)).singleElement().returns(Duration.ZERO, IntervalTask::getInitialDelayDuration);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1_001})
    void whatMakesNoSenseIsRefused(int rooms) {
        assertThatIllegalArgumentException().isThrownBy(() -> new WarmPoolSettings(rooms))
                .withMessageContaining("ringback.room.warm-pool");
    }

    private static List<IntervalTask> tasks(int rooms) {
        var registrar = new ScheduledTaskRegistrar();
        new WarmRooms(Mockito.mock(RoomProvider.class), new VacantRooms(Mockito.mock(JdbcClient.class)),
                new WarmPoolSettings(rooms), new SettableClock()).configureTasks(registrar);
        return registrar.getFixedDelayTaskList();
    }
}
