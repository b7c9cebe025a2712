package dev.ringback.database;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells a database that cannot do it now from a statement that it will never take. The first passes: whoever asked asks
/// again.
///
/// By SQL states (postgresql.org/docs/current/errcodes-appendix.html), since Spring's translation of an exception keeps its
/// cause but not always its meaning: a full disk is *uncategorized*.
public final class Outage {
    /// Connection lost, rolled back for the sake of another transaction, out of disk, memory or connections, stopped or
    /// cancelled by the operator or a timeout, failure of the system below.
    private static final Set<String> CLASSES = Set.of("08", "40", "53", "57", "58");
    private static final Set<String> STATES = Set.of(
            // read-only: we talk to a standby, as after a failover
            "25006",
            // the transaction was left idle, or took too long
            "25P03",
            "25P04",
            // a lock was not to be had in time
            "55P03");
    private static final int DEEPEST_CAUSE = 16;

    private Outage() {}

    /// Whether `failure` came of the database's state and not of what it was asked.
    public static boolean isBehind(Throwable failure) {
        @Nullable
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return passes(sql.getSQLState());
            }
        }
        return false;
    }

    /// The pool's own exceptions have no state, or that of the last connection that failed.
    private static boolean passes(@Nullable String state) {
        return state == null || STATES.contains(state) || CLASSES.contains(classOf(state));
    }

    private static String classOf(String state) {
        return state.substring(0, Math.min(2, state.length()));
    }
}
