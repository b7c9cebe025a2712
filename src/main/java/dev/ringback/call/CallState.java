package dev.ringback.call;

/// Where a call stands. The last three are final.
public enum CallState {
    RINGING, ACCEPTED, REJECTED, CANCELLED, ENDED;

    /// Whether the call still rings or connects.
    public boolean isLive() {
        return this == RINGING || this == ACCEPTED;
    }
}
