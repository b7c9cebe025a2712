package dev.ringback.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.room.RoomSimulation;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// How the simulated rooms behave.
@RestController
@RequestMapping("/demo/simulator")
@ConditionalOnDemoMode
@Tag(name = "Demo")
class SimulatorController {
    private static final long LONGEST_MS = 10_000;

    private final @Nullable RoomSimulation simulator;

    /// @param simulator none when rooms are real
    SimulatorController(ObjectProvider<RoomSimulation> simulator) {
        this.simulator = simulator.getIfAvailable();
    }

    @Operation(summary = "How the simulated rooms behave, if they are simulated")
    @GetMapping
    State state() {
        return simulator == null
                ? new State(false, null, null)
                : new State(true, simulator.latency().toMillis(), simulator.failureRate());
    }

    @Operation(summary = "Let the simulated rooms be slow, or fail")
    @PostMapping
    State configure(@RequestBody @Valid Settings settings) {
        if (simulator == null) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "The rooms are real ones.");
        }
        simulator.configure(Duration.ofMillis(settings.latencyMs()), settings.failureRate());
        return state();
    }

    /// @param simulated whether the rooms are; without it there is nothing more to say
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record State(boolean simulated, @Nullable Long latencyMs, @Nullable Double failureRate) {}

    /// @param latencyMs how long each request to the room provider takes
    /// @param failureRate share of its answers that are failures
    record Settings(@NotNull @Min(0) @Max(LONGEST_MS) Long latencyMs,
            @NotNull @DecimalMin("0") @DecimalMax("1") Double failureRate) {}
}
