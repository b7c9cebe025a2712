package dev.ringback.call;

/// Why an invitation rings nobody, though to the caller it looks like one that nobody answers.
public enum Silence {
    /// The called user has blocked the caller, or whoever invited them: they hear nothing of the call, ever.
    BLOCKED,
    /// The called user wants to be left alone: no device rings, and the missed call is told when it is over.
    DO_NOT_DISTURB
}
