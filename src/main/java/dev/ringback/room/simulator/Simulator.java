package dev.ringback.room.simulator;

import dev.ringback.room.RoomSimulation;
import java.time.Duration;

/// The settings in force, and who is in which room.
public final class Simulator implements RoomSimulation {
    private final SimulatedRooms rooms;
    private volatile SimulatorSettings settings;

    Simulator(SimulatorSettings settings, SimulatedRooms rooms) {
        this.settings = settings;
        this.rooms = rooms;
    }

    @Override
    public Duration latency() {
        return settings.latency();
    }

    @Override
    public double failureRate() {
        return settings.failureRate();
    }

    @Override
    public void configure(Duration latency, double failureRate) {
        settings = new SimulatorSettings(latency, failureRate);
    }

    @Override
    public void enter(String roomId, String userId) {
        if (!rooms.enter(roomId, userId)) {
            throw new IllegalArgumentException("there is no such room");
        }
    }

    @Override
    public void leave(String roomId, String userId) {
        rooms.leave(roomId, userId);
    }

    SimulatorSettings settings() {
        return settings;
    }
}
