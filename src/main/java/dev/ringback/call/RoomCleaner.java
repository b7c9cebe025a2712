package dev.ringback.call;

import dev.ringback.database.Outage;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Deletes rooms at the provider that nobody will use any more, so that none leaks.
@Component
class RoomCleaner {
    private static final Logger LOG = LoggerFactory.getLogger(RoomCleaner.class);
    /// Deleted at the same time; the provider takes at most 5 s for each.
    private static final int BATCH = 32;
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
    /// 30 s, doubled up to an hour: the last try is about two days after the first.
    private static final int MAX_ATTEMPTS = 55;
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    private final VacantRooms vacantRooms;
    private final RoomProvider provider;
    private final Clock clock;

    RoomCleaner(VacantRooms vacantRooms, RoomProvider provider, Clock clock) {
        this.vacantRooms = vacantRooms;
        this.provider = provider;
        this.clock = clock;
    }

    @Scheduled(fixedDelay = 2_000)
    void clean() {
        try {
            while (cleanBatch() == BATCH) {
            }
        } catch (RuntimeException failure) {
            if (!Outage.isBehind(failure)) {
                throw failure;
            }
            LOG.warn("The database does not answer; rooms wait to be deleted: {}", failure.getMessage());
        }
    }

    private int cleanBatch() {
        var doomed = vacantRooms.leaseDue(clock.instant(), LEASE, BATCH);
        var gone = new ConcurrentLinkedQueue<String>();
        try (var deletions = Executors.newVirtualThreadPerTaskExecutor()) {
            doomed.forEach(room -> deletions.execute(() -> {
                if (delete(room)) {
                    gone.add(room.roomId());
                }
            }));
        }
        if (!gone.isEmpty()) {
            // what is not written down comes up again when its lease ends
            vacantRooms.forget(List.copyOf(gone));
        }
        return doomed.size();
    }

    /// Whether the room is to be forgotten.
    private boolean delete(VacantRooms.Doomed room) {
        try {
            return switch (provider.deleteRoom(room.roomId())) {
                case DELETED -> true;
                case IN_USE -> isGivenUp(room, "a session still runs in it");
            };
        } catch (RoomFailure failure) {
            return isGivenUp(room, failure.getMessage());
        }
    }

    private boolean isGivenUp(VacantRooms.Doomed room, @Nullable String why) {
        if (room.attempts() >= MAX_ATTEMPTS) {
            LOG.error("Room {} is left at the provider after {} attempts to delete it: {}", room.roomId(),
                    room.attempts(), why);
            return true;
        }
        LOG.debug("Room {} is not deleted yet: {}", room.roomId(), why);
        try {
            vacantRooms.tryAgainAt(room.roomId(), clock.instant().plus(delay(room.attempts())));
        } catch (DataAccessException failure) {
            // it comes up again when its lease ends
            LOG.warn("What became of room {} is not written down: {}", room.roomId(), failure.getMessage());
        }
        return false;
    }

    private static Duration delay(int attempts) {
        var doubled = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, 10));
        return doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    }
}
