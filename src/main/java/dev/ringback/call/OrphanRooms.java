package dev.ringback.call;

import com.github.f4b6a3.uuid.util.UuidUtil;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.stereotype.Component;

/// Finds the rooms at the provider that no call uses, and books them for deletion: a process that is killed between making
/// a room and placing its call leaves one, and so does an answer that never came.
///
/// Whatever is listed was made, so a list that is not whole does no harm: what it lacks is found another time. A room whose
/// deletion [RoomCleaner] gave up is left alone while its call is in the history; after that it is an orphan like any other
/// and gets its two days of tries again.
@Component
class OrphanRooms implements SchedulingConfigurer {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanRooms.class);
    /// Not while the service starts, and there is no hurry.
    private static final Duration FIRST_CHECK = Duration.ofMinutes(5);

    private final RoomProvider provider;
    private final VacantRooms vacantRooms;
    private final OrphanSettings settings;
    private final Clock clock;
    private volatile boolean warned;

    OrphanRooms(RoomProvider provider, VacantRooms vacantRooms, OrphanSettings settings, Clock clock) {
        this.provider = provider;
        this.vacantRooms = vacantRooms;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar tasks) {
        var interval = settings.checkInterval();
        if (interval.isPositive()) {
            var first = interval.compareTo(FIRST_CHECK) < 0 ? interval : FIRST_CHECK;
            tasks.addFixedDelayTask(new FixedDelayTask(this::check, interval, first));
        }
    }

    /// Any number of nodes may do so at once: a room is booked by one of them.
    void check() {
        try {
            var made = provider.listRooms();
            warned = false;
            book(made, clock.instant());
        } catch (RoomFailure failure) {
            tell(failure);
        }
    }

    private void book(List<RoomProvider.MadeRoom> made, Instant now) {
        var newestDoomed = now.minus(settings.age());
        var old = made.stream()
                .filter(room -> !UuidUtil.getInstant(room.callId()).isAfter(newestDoomed))
                .map(RoomProvider.MadeRoom::roomId)
                .toList();
        var booked = old.isEmpty() ? List.of() : vacantRooms.giveUpUnknown(old, now);
        if (!booked.isEmpty()) {
            LOG.warn("No call uses these rooms, which are deleted now: {}", booked);
        }
    }

    /// A provider that cannot list will not learn it within the hour.
    private void tell(RoomFailure failure) {
        if (failure.kind() == RoomFailure.Kind.UNAVAILABLE) {
            LOG.warn("Rooms that no call uses are looked for another time: {}", failure.getMessage());
        } else if (!warned) {
            warned = true;
            LOG.warn("Rooms that a killed process left at the provider cannot be found: {}", failure.getMessage());
        }
    }
}
