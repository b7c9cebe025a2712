package dev.ringback.call;

/// Why a call is over, or why a device stops ringing: a closed list. A client's own words travel beside it.
public enum Reason {
    DECLINED,
    BUSY,
    CALLER,
    TIMEOUT,
    UNREACHABLE,
    /// Of a notice only: this device stops because another one of the same user accepted.
    ANSWERED_ELSEWHERE,
    /// Of a notice only: this device stops because another one of the same user declined.
    DECLINED_ELSEWHERE,
    ENDED,
    MAX_LENGTH
}
