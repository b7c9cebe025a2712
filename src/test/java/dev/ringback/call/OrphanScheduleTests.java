package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringback.room.RoomProvider;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.IntervalTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

class OrphanScheduleTests {
    @Test
    void orphansAreLookedForEveryHourButNotAtTheVeryStart() {
        assertThat(tasks(Duration.ofHours(1))).singleElement()
                .returns(Duration.ofHours(1), IntervalTask::getIntervalDuration)
                .returns(Duration.ofMinutes(5), IntervalTask::getInitialDelayDuration);
    }

    @Test
    void aShortIntervalBeginsAtOnce() {
        assertThat(tasks(Duration.ofSeconds(1))).singleElement()
                .returns(Duration.ofSeconds(1), IntervalTask::getInitialDelayDuration);
    }

    @Test
    void anIntervalOfZeroIsOff() {
        assertThat(tasks(Duration.ZERO)).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OrphanSettings(Duration.ofHours(-1), Duration.ofHours(1)))
                .withMessageContaining("ringback.orphan-rooms.check-interval");
        assertThatIllegalArgumentException().isThrownBy(() -> new OrphanSettings(Duration.ofHours(1), Duration.ZERO))
                .withMessageContaining("ringback.orphan-rooms.age");
    }

    private static List<IntervalTask> tasks(Duration interval) {
        var registrar = new ScheduledTaskRegistrar();
        new OrphanRooms(Mockito.mock(RoomProvider.class), new VacantRooms(Mockito.mock(JdbcClient.class)),
                new OrphanSettings(interval, Duration.ofMinutes(15)), new SettableClock()).configureTasks(registrar);
        return registrar.getFixedDelayTaskList();
    }
}
