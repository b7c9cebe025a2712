package dev.ringback.room.simulator;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How the room simulator behaves. It answers when there is no EnableX account.
///
/// @param latency How long each request to the simulator takes. Requests are given up after 5 s in all.
/// @param failureRate Share of the simulator's answers that are failures (HTTP 503), from 0 to 1. A failed request is tried
///        again up to twice, as with EnableX: 1 lets every call fail, 0.5 about one in eight.
@ConfigurationProperties("ringback.simulator")
record SimulatorSettings(@DefaultValue("0ms") Duration latency, @DefaultValue("0") double failureRate) {
    SimulatorSettings {
        if (latency.isNegative()) {
            throw new IllegalArgumentException("latency must not be negative");
        }
        if (!(failureRate >= 0 && failureRate <= 1)) {
            throw new IllegalArgumentException("failure-rate must be from 0 to 1");
        }
    }
}
