package dev.ringback.call;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/// Finds or makes the room for a new call.
@Component
class Rooms {
    private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

    private final RoomProvider provider;
    private final VacantRooms vacantRooms;
    private final WarmRooms warmRooms;
    private final CallSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Rooms(RoomProvider provider, VacantRooms vacantRooms, WarmRooms warmRooms, CallSettings settings,
            ApplicationEventPublisher events, Clock clock) {
        this.provider = provider;
        this.vacantRooms = vacantRooms;
        this.warmRooms = warmRooms;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
    }

    /// The room of the caller's last try if it is still good, else one made ahead, else a new one.
    ///
    /// @throws RoomFailure when the provider makes none
    PreparedRoom prepare(NewCall call, Survey.Findings findings) {
        if (settings.busy() == BusyPolicy.REJECT
                && call.calledIds().stream().allMatch(findings.reception()::isBusy)) {
            return new PreparedRoom.None();
        }
        return findings.vacantRoom().map(roomId -> again(call, roomId)).orElseGet(() -> warmOrFresh(call));
    }

    private PreparedRoom warmOrFresh(NewCall call) {
        var warm = warmRooms.poll(clock.instant());
        if (warm.isEmpty()) {
            return fresh(call);
        }
        events.publishEvent(new CallStep(call.id(), CallStep.Kind.ROOM_WAS_READY, null, null));
        return new PreparedRoom.Warm(warm.get());
    }

    PreparedRoom fresh(NewCall call) {
        long asked = System.nanoTime();
        var roomId = provider.createRoom(call.id(), call.callerId());
        step(call, CallStep.Kind.ROOM_MADE, asked);
        return new PreparedRoom.Fresh(roomId);
    }

    /// Takes a room that was there already for good; false when it is no longer to be had.
    boolean take(PreparedRoom room, Instant now) {
        return switch (room) {
            case PreparedRoom.Kept(var roomId, _) -> vacantRooms.take(roomId, now);
            case PreparedRoom.Warm(var roomId) -> vacantRooms.takeUntried(roomId);
            case PreparedRoom.Fresh _,PreparedRoom.None _ -> true;
        };
    }

    /// Nobody came to use the room after all; one that was there before is vacant still. Unless a call is in it, as when the connection was lost between the commit
    /// of the call and the answer to it.
    void giveUp(PreparedRoom room, Instant now) {
        if (room instanceof PreparedRoom.Fresh(var roomId)) {
            vacantRooms.giveUpUnknown(List.of(roomId), now);
        }
    }

    /// The provider removes a room after its session, and the caller may have begun one alone: a token proves that it
    /// is still there.
    private PreparedRoom again(NewCall call, String roomId) {
        long asked = System.nanoTime();
        try {
            var token = provider.issueToken(new RoomProvider.TokenRequest(roomId, call.callerId(), call.callerName(),
                    RoomProvider.Role.MODERATOR));
            step(call, CallStep.Kind.ROOM_USED_AGAIN, asked);
            return new PreparedRoom.Kept(roomId, token);
        } catch (RoomFailure failure) {
            if (failure.kind() == RoomFailure.Kind.UNAVAILABLE) {
                throw failure;
            }
            LOG.info("Room {} is gone and not used again: {}", roomId, failure.getMessage());
            return fresh(call);
        }
    }

    private void step(NewCall call, CallStep.Kind kind, long asked) {
        events.publishEvent(new CallStep(call.id(), kind, null, Duration.ofNanos(System.nanoTime() - asked)));
    }
}
