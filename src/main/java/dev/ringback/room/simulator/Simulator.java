package dev.ringback.room.simulator;

import java.time.Duration;

/// The room simulator's handle: changes how it behaves while it runs. There is one, and only while rooms are
/// simulated. Safe for many threads.
public final class Simulator {
    private volatile SimulatorSettings settings;

    Simulator(SimulatorSettings settings) {
        this.settings = settings;
    }

    /// Holds from the next request on.
    ///
    /// @param failureRate share of the answers that are failures, from 0 to 1
    /// @throws IllegalArgumentException if the latency is negative or the rate no share
    public void configure(Duration latency, double failureRate) {
        settings = new SimulatorSettings(latency, failureRate);
    }

    SimulatorSettings settings() {
        return settings;
    }
}
