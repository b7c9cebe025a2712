package dev.ringback.telemetry;

import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;

/// Where in which trace something began, to be kept until another thread goes on with it.
///
/// @param context null where nothing is traced
public record Origin(@Nullable TraceContext context) {
    /// Of what is not traced, or begins a trace of its own.
    public static final Origin NOWHERE = new Origin(null);

    /// Names no trace.
    @Override
    public String toString() {
        return context == null ? "Origin[nowhere]" : "Origin[traced]";
    }
}
