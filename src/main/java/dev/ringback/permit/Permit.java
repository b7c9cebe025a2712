package dev.ringback.permit;

import org.jspecify.annotations.Nullable;

/// What the operator's backend says to a call before it rings.
public sealed interface Permit {

    /// There is no backend to ask.
    record NotAsked() implements Permit {}

    /// The call may ring.
    ///
    /// @param callerName the name that the called users are to see, cleaned; null to leave it as it is
    record Allowed(@Nullable String callerName) implements Permit {}

    /// The call must not ring.
    ///
    /// @param reason the backend's own words for the caller, cleaned and at most 200 characters long; null when it gave none
    record Denied(@Nullable String reason) implements Permit {}

    /// The backend gave no answer that could be used, in time.
    ///
    /// @param mayRing what the settings say about that
    record Unanswered(boolean mayRing) implements Permit {}
}
