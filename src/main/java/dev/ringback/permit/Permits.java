package dev.ringback.permit;

import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// Asks the operator's backend, if there is one, before a call rings. Waits for its answer no longer than the settings say,
/// so whoever asks holds no connection of the database meanwhile.
public class Permits {
    private final @Nullable PermitBackend backend;
    private final PermitSettings.OnFailure onFailure;
    private final Spans spans;
    private final MeterRegistry metrics;

    Permits(@Nullable PermitBackend backend, PermitSettings.OnFailure onFailure, Spans spans,
            MeterRegistry metrics) {
        this.backend = backend;
        this.onFailure = onFailure;
        this.spans = spans;
        this.metrics = metrics;
    }

    /// Whether there is a backend to ask.
    public boolean areAsked() {
        return backend != null;
    }

    /// May this call ring?
    public Permit ask(PermitQuestion question) {
        if (backend == null) {
            return new Permit.NotAsked();
        }
        var permit = asked(backend, question);
        Counter.builder("ringback.permit")
                .description("what the operator's backend said when it was asked whether a call may ring")
                .tags("answer", word(permit))
                .register(metrics)
                .increment();
        return permit;
    }

    private Permit asked(PermitBackend backend, PermitQuestion question) {
        try (var span = spans.ask("permit")) {
            var permit = backend.ask(question)
                    .orElseGet(() -> new Permit.Unanswered(onFailure == PermitSettings.OnFailure.ALLOW));
            span.with("outcome", word(permit)).withCall();
            return permit;
        }
    }

    private static String word(Permit permit) {
        return switch (permit) {
            case Permit.NotAsked _ -> "none";
            case Permit.Allowed _ -> "allowed";
            case Permit.Denied _ -> "denied";
            case Permit.Unanswered _ -> "unanswered";
        };
    }
}
