package dev.ringback.room;

import java.util.List;
import java.util.UUID;

/// Makes, opens and deletes the rooms in which accepted calls take place.
///
/// All methods block, are safe for many threads, and return or throw within 5 s. They throw [RoomFailure] and nothing
/// else; what the failure means for the caller is its [RoomFailure.Kind].
public interface RoomProvider {

    /// Makes a room that holds one session and is then gone (an *adhoc* room).
    ///
    /// Not repeated when it is unknown whether the provider has made the room: a failed call may leave one room behind,
    /// never two.
    ///
    /// @param callId the call for which the room is made
    /// @param ownerId the caller's user id
    /// @return the provider's id of the room
    String createRoom(UUID callId, String ownerId);

    /// Issues a token that joins a room once. Providers let a token be used for minutes only, so a fresh one is issued
    /// for every join and none is kept.
    String issueToken(TokenRequest request);

    /// Deletes a room. A room that is already gone counts as deleted.
    Deletion deleteRoom(String roomId);

    /// The rooms that this installation made and that are still there, as far as the provider tells: a room that is not
    /// listed may be there all the same.
    ///
    /// @throws RoomFailure of the kind `REJECTED` when the provider cannot list rooms
    List<MadeRoom> listRooms();

    /// Whether anybody is in the room right now.
    Occupancy occupancyOf(String roomId);

    /// Whether the rooms are only simulated: calls ring and are answered, but nobody can meet in their rooms.
    default boolean simulated() {
        return false;
    }

    /// Who joins which room as what.
    ///
    /// @param displayName what the other participants see; if blank, they see the user id
    record TokenRequest(String roomId, String userId, String displayName, Role role) {}

    /// A room that this installation made.
    ///
    /// @param callId the call for which it was made; later calls may have used it again
    record MadeRoom(String roomId, UUID callId) {}

    /// The part a participant plays in the room.
    enum Role {
        MODERATOR, PARTICIPANT
    }

    /// Who is in a room.
    enum Occupancy {
        OCCUPIED,
        /// Nobody; the room is there, and somebody may still join.
        EMPTY,
        /// Nobody, and nobody can join any more: the provider has removed the room, as it does after its session.
        GONE
    }

    /// What became of a deletion.
    enum Deletion {
        DELETED,
        /// A session runs in the room; try again later.
        IN_USE
    }
}
