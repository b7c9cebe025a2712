package dev.ringback.room.simulator;

import dev.ringback.room.RoomSimulation;
import java.time.Duration;

/// The settings in force.
public final class Simulator implements RoomSimulation {
    private volatile SimulatorSettings settings;

    Simulator(SimulatorSettings settings) {
        this.settings = settings;
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

    SimulatorSettings settings() {
        return settings;
    }
}
