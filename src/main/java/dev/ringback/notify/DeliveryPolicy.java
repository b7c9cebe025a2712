package dev.ringback.notify;

/// When a ring is pushed to a user's devices.
enum DeliveryPolicy {
    /// At once, whatever sockets are open.
    PARALLEL,
    /// At once if no socket is open; else only if no device says in time that it rings. Presence lies, an acknowledgement does
    /// not.
    ONLINE_FIRST
}
