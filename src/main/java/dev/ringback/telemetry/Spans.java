package dev.ringback.telemetry;

import io.micrometer.tracing.Span.Kind;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Begins spans, if traces are on.
///
/// Threads are handed on by name: a trace does not follow a task to another thread by itself. Keep [#here()] and begin the
/// next span [from][#from] it.
public final class Spans {
    /// Traces are off.
    public static final Spans OFF = new Spans(null, null);

    private final @Nullable Tracer tracer;
    private final @Nullable Propagator propagator;

    Spans(@Nullable Tracer tracer, @Nullable Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    /// Whether there are any.
    public boolean areOn() {
        return tracer != null;
    }

    /// Where the current thread is.
    public Origin here() {
        var context = tracer == null ? null : current(tracer);
        return context == null ? Origin.NOWHERE : new Origin(context);
    }

    /// A part of what the current thread does, which what follows is part of until it is closed.
    ///
    /// @param name of a closed set
    public Span begin(String name) {
        return tracer == null ? Span.NONE : new Span(tracer.spanBuilder().name(name).start()).in(tracer);
    }

    /// A question to somebody outside; as [#begin].
    public Span ask(String name) {
        return tracer == null
                ? Span.NONE
                : new Span(tracer.spanBuilder().name(name).kind(Kind.CLIENT).start()).in(tracer);
    }

    /// A question to somebody outside, as a part of what the current thread does, and of nothing if that is not traced. What
    /// follows is not part of it, and any thread may close it.
    public Span askAside(String name) {
        var context = tracer == null ? null : current(tracer);
        return tracer == null || context == null
                ? Span.NONE
                : new Span(tracer.spanBuilder().setParent(context).name(name).kind(Kind.CLIENT).start());
    }

    /// A question to somebody outside, as a part of what began elsewhere; as [#begin].
    public Span askFrom(Origin origin, String name) {
        if (tracer == null) {
            return Span.NONE;
        }
        var span = tracer.spanBuilder().name(name).kind(Kind.CLIENT);
        var context = origin.context();
        return new Span((context == null ? span.setNoParent() : span.setParent(context)).start()).in(tracer);
    }

    /// What somebody outside asked for, as a part of the trace that their headers name, if any; as [#begin].
    ///
    /// @param header answers a header of the message by its name
    public Span serve(String name, Function<String, @Nullable String> header) {
        if (tracer == null || propagator == null) {
            return Span.NONE;
        }
        var span = propagator.extract(header, (headers, key) -> headers.apply(key));
        return new Span(span.name(name).kind(Kind.SERVER).start()).in(tracer);
    }

    /// The same task for another thread, as a part of what this one does, and for the same call.
    public Runnable carried(String name, Runnable task) {
        var origin = here();
        var call = CallInHand.current();
        return () -> {
            try (var _ = CallInHand.resume(call); var _ = from(origin, name)) {
                task.run();
            }
        };
    }

    /// A part of what began elsewhere, and nothing if that is not traced; as [#begin].
    public Span from(Origin origin, String name) {
        var context = origin.context();
        return tracer == null || context == null
                ? Span.NONE
                : new Span(tracer.spanBuilder().setParent(context).name(name).start()).in(tracer);
    }

    private static @Nullable TraceContext current(Tracer tracer) {
        var span = tracer.currentSpan();
        return span == null ? null : span.context();
    }
}
