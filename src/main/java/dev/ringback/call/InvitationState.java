package dev.ringback.call;

/// Where one called user stands. A ring is `MISSED` by the deadline or the end of the call, and `CANCELLED` by
/// the caller.
public enum InvitationState {
    RINGING, ACCEPTED, REJECTED, MISSED, CANCELLED
}
