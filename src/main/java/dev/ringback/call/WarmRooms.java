package dev.ringback.call;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.FixedDelayTask;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.stereotype.Component;

/// Rooms made ahead, so that a ring does not wait until the provider has made one. Each node has its own.
///
/// They are vacant rooms like any other, booked for deletion in an hour: what nobody takes by then is deleted, also when
/// this node is killed. Whoever takes one deletes the booking with the call that uses it.
@Component
class WarmRooms implements SchedulingConfigurer {
    private static final Logger LOG = LoggerFactory.getLogger(WarmRooms.class);
    static final Duration KEPT_FOR = Duration.ofHours(1);
    /// Longer than it takes to place a call, so that none is about to be deleted when it is taken.
    private static final Duration NOT_TAKEN_FOR_THE_LAST = Duration.ofMinutes(1);
    private static final Duration FILLED_EVERY = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    /// Far below `ringback.orphan-rooms.age`, after which any node deletes a room that is not written down.
    private static final Duration BOOKED_WITHIN = Duration.ofMinutes(1);
    private static final int MADE_AT_ONCE = 16;
    /// Nobody calls yet, and providers want to know whose a room is.
    private static final String OWNER = "ringback";

    private final RoomProvider provider;
    private final VacantRooms vacantRooms;
    private final WarmPoolSettings settings;
    private final Clock clock;
    private final Queue<Warm> rooms = new ConcurrentLinkedQueue<>();
    /// Made at the provider, and not written down yet.
    private final Queue<Warm> unbooked = new ConcurrentLinkedQueue<>();
    private volatile Instant pausedUntil = Instant.MIN;

    WarmRooms(RoomProvider provider, VacantRooms vacantRooms, WarmPoolSettings settings, Clock clock) {
        this.provider = provider;
        this.vacantRooms = vacantRooms;
        this.settings = settings;
        this.clock = clock;
    }

    private record Warm(String roomId, Instant madeAt) {
        boolean isTooOld(Instant now) {
            return isOlderThan(KEPT_FOR.minus(NOT_TAKEN_FOR_THE_LAST), now);
        }

        boolean isOlderThan(Duration age, Instant now) {
            return !madeAt.plus(age).isAfter(now);
        }
    }

    @Override
    public void configureTasks(ScheduledTaskRegistrar tasks) {
        if (settings.warmPool() > 0) {
            tasks.addFixedDelayTask(new FixedDelayTask(this::fill, FILLED_EVERY, Duration.ZERO));
        }
    }

    /// The oldest room that is still good; empty when there is none. It is the caller's alone on this node, and for good
    /// once [VacantRooms#takeUntried] says so.
    Optional<String> poll(Instant now) {
        for (var room = rooms.poll(); room != null; room = rooms.poll()) {
            if (!room.isTooOld(now)) {
                return Optional.of(room.roomId());
            }
        }
        return Optional.empty();
    }

    /// Makes rooms until there are as many as are wanted. A provider or a database that fails is asked again a little later.
    void fill() {
        var now = clock.instant();
        rooms.removeIf(room -> room.isTooOld(now));
        if (now.isBefore(pausedUntil)) {
            return;
        }
        try {
            // first: while the database is away no further rooms are made that cannot be written down
            book();
            for (int missing = missing(); missing > 0; missing = missing()) {
                try {
                    make(Math.min(missing, MADE_AT_ONCE));
                } finally {
                    book();
                }
            }
        } catch (RoomFailure | DataAccessException failure) {
            LOG.warn("No rooms are made ahead for now: {}", failure.getMessage());
            pausedUntil = now.plus(PAUSE_AFTER_FAILURE);
        }
    }

    private int missing() {
        return settings.warmPool() - rooms.size();
    }

    /// Makes so many at the same time; throws when one of them fails, after the others.
    private void make(int count) {
        var failures = new ConcurrentLinkedQueue<RoomFailure>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                threads.execute(() -> {
                    var now = clock.instant();
                    try {
                        var roomId = provider.createRoom(UuidCreator.getTimeOrderedEpoch(now), OWNER);
                        unbooked.add(new Warm(roomId, now));
                    } catch (RoomFailure failure) {
                        failures.add(failure);
                    }
                });
            }
        }
        if (!failures.isEmpty()) {
            throw failures.element();
        }
    }

    private void book() {
        if (!unbooked.isEmpty()) {
            var now = clock.instant();
            var made = List.copyOf(unbooked);
            vacantRooms.keep(made.stream().map(Warm::roomId).toList(), now.plus(KEPT_FOR));
            unbooked.removeAll(made);
            made.stream().filter(room -> !room.isOlderThan(BOOKED_WITHIN, now)).forEach(rooms::add);
        }
    }
}
