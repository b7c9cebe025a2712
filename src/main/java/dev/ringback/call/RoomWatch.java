package dev.ringback.call;

import dev.ringback.database.Outage;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.telemetry.CallInHand;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Follows up what is said of rooms, on any node: a room that somebody has been in is used for no other call, and an accepted
/// call whose room is empty after its session is over, so that a crashed app does not leave its user busy.
///
/// Anybody may have sent the hint, so the provider is asked before a call ends. A hint that is lost does no harm: the call
/// ends at its maximum length.
@Component
class RoomWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RoomWatch.class);
    /// Asked about at the same time; the provider takes at most 5 s for each.
    private static final int BATCH = 16;
    private static final Duration LEASE = Duration.ofSeconds(30);
    /// From the answer until the parties are in the room. A session that ends before was one of the caller alone.
    static final Duration TIME_TO_JOIN = Duration.ofSeconds(15);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
    /// 5 s, doubled up to 5 minutes: the last try is about an hour after the first.
    private static final int MAX_CHECKS = 17;

    private final UsedRooms usedRooms;
    private final RoomProvider provider;
    private final CallChanges changes;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    RoomWatch(UsedRooms usedRooms, RoomProvider provider, CallChanges changes, ApplicationEventPublisher events,
            Clock clock) {
        this.usedRooms = usedRooms;
        this.provider = provider;
        this.changes = changes;
        this.events = events;
        this.clock = clock;
    }

    @EventListener
    void heard(RoomHint hint) {
        switch (hint) {
            case RoomHint.Entered(var roomId) -> usedRooms.markUsed(roomId, clock.instant());
            case RoomHint.SessionOver(var roomId) -> usedRooms.markToCheck(roomId, clock.instant());
        }
    }

    @Scheduled(fixedDelay = 1_000)
    void check() {
        try {
            while (checkBatch() == BATCH) {
            }
        } catch (RuntimeException failure) {
            if (!Outage.isBehind(failure)) {
                throw failure;
            }
            LOG.warn("The database does not answer; rooms wait to be looked at: {}", failure.getMessage());
        }
    }

    private int checkBatch() {
        var due = usedRooms.leaseDue(clock.instant(), LEASE, BATCH);
        try (var looks = Executors.newVirtualThreadPerTaskExecutor()) {
            due.forEach(room -> looks.execute(() -> look(room)));
        }
        return due.size();
    }

    private void look(UsedRooms.Due room) {
        try {
            var accepted = changes.find(new CallRef.ByRoom(room.roomId()))
                    .map(Call::snapshot)
                    .filter(call -> call.state() == CallState.ACCEPTED);
            usedRooms.checked(room, accepted.flatMap(call -> again(room, call)).orElse(null));
        } catch (RuntimeException failure) {
            // it comes up again when its lease ends
            LOG.warn("Room {} could not be looked at now: {}", room.roomId(), failure.toString());
        }
    }

    /// Ends the call if nobody is in its room; says when to look again, if that is worth it.
    private Optional<Instant> again(UsedRooms.Due room, CallSnapshot call) {
        long asked = System.nanoTime();
        try (var _ = CallInHand.of(call.callId())) {
            return switch (provider.occupancyOf(room.roomId())) {
                case OCCUPIED -> Optional.empty();
                case EMPTY -> endUnlessJoining(call, asked);
                case GONE -> end(call, asked);
            };
        } catch (RoomFailure failure) {
            return afterFailure(room, call, failure);
        }
    }

    private Optional<Instant> endUnlessJoining(CallSnapshot call, long asked) {
        var joinedBy = call.answeredAt() == null ? clock.instant() : call.answeredAt().plus(TIME_TO_JOIN);
        return joinedBy.isAfter(clock.instant()) ? Optional.of(joinedBy) : end(call, asked);
    }

    private Optional<Instant> end(CallSnapshot call, long asked) {
        events.publishEvent(new CallStep(call.callId(), CallStep.Kind.ROOM_FOUND_EMPTY, null,
                Duration.ofNanos(System.nanoTime() - asked)));
        changes.apply(new CallRef.ById(call.callId()), living -> living.endWithItsRoom(clock.instant()));
        LOG.info("Call {} is over: nobody is in its room", call.callId());
        return Optional.empty();
    }

    private Optional<Instant> afterFailure(UsedRooms.Due room, CallSnapshot call, RoomFailure failure) {
        if (room.checks() >= MAX_CHECKS) {
            LOG.warn("Whether anybody is in room {} cannot be found out; call {} goes on: {}", room.roomId(),
                    call.callId(), failure.getMessage());
            return Optional.empty();
        }
        LOG.debug("Whether anybody is in room {} is asked again: {}", room.roomId(), failure.getMessage());
        return Optional.of(clock.instant().plus(delay(room.checks())));
    }

    private static Duration delay(int checks) {
        var doubled = FIRST_RETRY.multipliedBy(1L << Math.min(checks - 1, 10));
        return doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
    }
}
