package dev.ringback.call;

/// What happens to a called user who is in an accepted call already.
enum BusyPolicy {
    /// It rings all the same, marked as busy (call waiting).
    RING,
    /// It does not ring; the invitation is rejected at once.
    REJECT
}
