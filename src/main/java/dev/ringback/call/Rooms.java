package dev.ringback.call;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Finds or makes the room for a new call.
@Component
class Rooms {
    private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

    private final RoomProvider provider;
    private final VacantRooms vacantRooms;
    private final CallSettings settings;

    Rooms(RoomProvider provider, VacantRooms vacantRooms, CallSettings settings) {
        this.provider = provider;
        this.vacantRooms = vacantRooms;
        this.settings = settings;
    }

    /// The room of the caller's last try if it is still good, else a new one.
    ///
    /// @throws RoomFailure when the provider makes none
    PreparedRoom prepare(NewCall call, Survey.Findings findings) {
        if (settings.busy() == BusyPolicy.REJECT && findings.busy().containsAll(call.calledIds())) {
            return new PreparedRoom.None();
        }
        return findings.vacantRoom().map(roomId -> again(call, roomId)).orElseGet(() -> fresh(call));
    }

    PreparedRoom fresh(NewCall call) {
        return new PreparedRoom.Fresh(provider.createRoom(call.id(), call.callerId()));
    }

    /// Takes a kept room for good; false when it is no longer to be had.
    boolean take(PreparedRoom.Kept room, Instant now) {
        return vacantRooms.take(room.roomId(), now);
    }

    /// Nobody came to use the room after all.
    void giveUp(PreparedRoom room, Instant now) {
        if (room instanceof PreparedRoom.Fresh(var roomId)) {
            vacantRooms.giveUp(roomId, now);
        }
    }

    /// The provider removes a room after its session, and the caller may have begun one alone: a token proves that it
    /// is still there.
    private PreparedRoom again(NewCall call, String roomId) {
        try {
            return new PreparedRoom.Kept(roomId, provider.issueToken(new RoomProvider.TokenRequest(roomId,
                    call.callerId(), call.callerName(), RoomProvider.Role.MODERATOR)));
        } catch (RoomFailure failure) {
            if (failure.kind() == RoomFailure.Kind.UNAVAILABLE) {
                throw failure;
            }
            LOG.info("Room {} is gone and not used again: {}", roomId, failure.getMessage());
            return fresh(call);
        }
    }
}
