package dev.ringback.room;

import java.time.Duration;

/// The handle of simulated rooms: changes how they behave while the service runs. There is one, and only while rooms are
/// simulated. Safe for many threads.
public interface RoomSimulation {
    /// How long each request takes.
    Duration latency();

    /// Share of the answers that are failures, from 0 to 1.
    double failureRate();

    /// Holds from the next request on.
    ///
    /// @throws IllegalArgumentException if the latency is negative or the rate no share
    void configure(Duration latency, double failureRate);

    /// Lets somebody join a room, as by a room token. Joining twice is joining once.
    ///
    /// @throws IllegalArgumentException if there is no such room
    void enter(String roomId, String userId);

    /// Lets somebody leave a room. When the last one leaves, the session is over and the room is gone, as at EnableX. Who
    /// is not in it leaves nothing.
    void leave(String roomId, String userId);
}
