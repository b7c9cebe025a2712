package dev.ringback.call;

/// Something is said to have happened in a room: published by whoever hears of it, such as a provider's webhook.
///
/// It is only a hint. Who publishes it need not know whether the room is a call's; it may come late, twice, or be made up.
/// When the publication returns it is written down, and what follows from it happens later. It throws when the database
/// does not answer.
public sealed interface RoomHint {
    /// The provider's id of the room.
    String roomId();

    /// Somebody has joined: the room's session has begun.
    record Entered(String roomId) implements RoomHint {}

    /// The last one has left.
    record SessionOver(String roomId) implements RoomHint {}
}
