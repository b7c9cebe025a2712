package dev.ringback.telemetry;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// The call that the current thread works for: its id stands in the log's `call_id`, beside `request_id`.
///
/// A thread that works for many calls says [#of] for each. One that finds out on its way says [#is], and whoever began the work
/// ends that with a [Scope] of its own.
public final class CallInHand {
    /// In the log and in spans.
    public static final String KEY = "call_id";

    private CallInHand() {}

    /// What ends with a piece of work.
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /// The work from here on is for this call, until the scope around it is closed.
    public static void is(UUID callId) {
        MDC.put(KEY, callId.toString());
    }

    /// The work from here on is for this call; closing brings back what was before.
    public static Scope of(UUID callId) {
        var scope = found();
        is(callId);
        return scope;
    }

    /// Work whose call is found out on its way; closing brings back what was before.
    public static Scope found() {
        var before = MDC.get(KEY);
        return () -> restore(before);
    }

    /// The id of the call that is in hand, or null.
    public static @Nullable String current() {
        return MDC.get(KEY);
    }

    static Scope resume(@Nullable String callId) {
        var scope = found();
        restore(callId);
        return scope;
    }

    private static void restore(@Nullable String before) {
        if (before == null) {
            MDC.remove(KEY);
        } else {
            MDC.put(KEY, before);
        }
    }
}
