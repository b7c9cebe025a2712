package dev.ringback.permit;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/// Asks the operator's backend, if there is one, before a call rings. Waits for its answer no longer than the settings say,
/// so whoever asks holds no connection of the database meanwhile.
public class Permits {
    private final @Nullable PermitBackend backend;
    private final PermitSettings.OnFailure onFailure;
    private final MeterRegistry metrics;

    Permits(@Nullable PermitBackend backend, PermitSettings.OnFailure onFailure, MeterRegistry metrics) {
        this.backend = backend;
        this.onFailure = onFailure;
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
        var permit = backend.ask(question)
                .orElseGet(() -> new Permit.Unanswered(onFailure == PermitSettings.OnFailure.ALLOW));
        metrics.counter("ringback.permit", "answer", word(permit)).increment();
        return permit;
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
