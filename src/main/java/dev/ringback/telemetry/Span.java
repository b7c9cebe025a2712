package dev.ringback.telemetry;

import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

/// A piece of work in a trace, from its begin until it is closed. What a closed set does not hold may be written to it only
/// if it is a call's id.
///
/// Not safe for several threads; the thread that began it closes it, unless it was begun aside.
public final class Span implements AutoCloseable {
    /// What is not traced.
    static final Span NONE = new Span(null);

    private final io.micrometer.tracing.@Nullable Span span;
    private Tracer.@Nullable SpanInScope scope;

    Span(io.micrometer.tracing.@Nullable Span span) {
        this.span = span;
    }

    /// Whether anybody will see it; what is costly to find out need not be found out otherwise.
    public boolean isSeen() {
        return span != null && !span.isNoop();
    }

    /// Adds an attribute.
    public Span with(String key, @Nullable Object value) {
        if (span != null && value != null) {
            span.tag(key, value.toString());
        }
        return this;
    }

    /// Adds the call that is in hand by now.
    public Span withCall() {
        return with(CallInHand.KEY, CallInHand.current());
    }

    /// Something happened on the way.
    ///
    /// @param name of a closed set
    public Span event(String name) {
        if (span != null) {
            span.event(name);
        }
        return this;
    }

    /// It did not work. Of a failure its kind is told, not its words, which may repeat what a client sent.
    public void failed(Throwable failure) {
        if (span != null) {
            span.error(new Failed(failure));
        }
    }

    /// It did not work.
    ///
    /// @param kind of a closed set
    public void failed(String kind) {
        if (span != null) {
            span.error(new Failed(kind));
        }
    }

    /// Ends it.
    @Override
    public void close() {
        if (scope != null) {
            scope.close();
        }
        if (span != null) {
            span.end();
        }
    }

    Span in(Tracer tracer) {
        scope = tracer.withSpan(span);
        return this;
    }

    /// What a span is told of a failure.
    static final class Failed extends RuntimeException {
        Failed(Throwable failure) {
            this(failure.getClass().getName());
        }

        Failed(String kind) {
            super(kind, null, false, false);
        }
    }
}
