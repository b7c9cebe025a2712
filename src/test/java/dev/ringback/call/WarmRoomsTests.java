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
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.config.IntervalTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

class WarmRoomsTests {
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

    /// Nobody would ever find those again before their calls are looked for, an hour later.
    @Test
    void whileTheDatabaseIsAwayNoMoreRoomsAreMadeThanAreWanted() {
        var provider = new HandDriven.RecordingRooms();
        var vacantRooms = Mockito.mock(VacantRooms.class);
        var away = new DataAccessResourceFailureException("away");
        Mockito.doThrow(away).doThrow(away).doNothing().when(vacantRooms).keep(Mockito.any(), Mockito.any());
        var clock = new SettableClock();
        var warmRooms = new WarmRooms(provider, vacantRooms, new WarmPoolSettings(2), clock);

        for (int i = 0; i < 2; i++) {
            warmRooms.fill();
            assertThat(provider.made()).isEqualTo(2);
            assertThat(warmRooms.poll(clock.instant())).isEmpty();
            clock.advance(Duration.ofSeconds(10));
        }
        warmRooms.fill();
        assertThat(provider.made()).isEqualTo(2);
        assertThat(warmRooms.poll(clock.instant())).isPresent().isNotEqualTo(warmRooms.poll(clock.instant()));
    }

    /// Another node may have deleted it by then, as one that no call uses.
    @Test
    void aRoomThatCouldNotBeBookedForLongIsGivenToNobody() {
        var provider = new HandDriven.RecordingRooms();
        var vacantRooms = Mockito.mock(VacantRooms.class);
        Mockito.doThrow(new DataAccessResourceFailureException("away"))
                .doNothing()
                .when(vacantRooms)
                .keep(Mockito.any(), Mockito.any());
        var clock = new SettableClock();
        var warmRooms = new WarmRooms(provider, vacantRooms, new WarmPoolSettings(1), clock);

        warmRooms.fill();
        assertThat(provider.made()).isEqualTo(1);
        clock.advance(Duration.ofMinutes(10));
        warmRooms.fill();
        assertThat(provider.made()).isEqualTo(2);
        assertThat(warmRooms.poll(clock.instant())).isPresent();
        assertThat(warmRooms.poll(clock.instant())).isEmpty();
    }

    private static List<IntervalTask> tasks(int rooms) {
        var registrar = new ScheduledTaskRegistrar();
        new WarmRooms(Mockito.mock(RoomProvider.class), new VacantRooms(Mockito.mock(JdbcClient.class)),
                new WarmPoolSettings(rooms), new SettableClock()).configureTasks(registrar);
        return registrar.getFixedDelayTaskList();
    }
}
