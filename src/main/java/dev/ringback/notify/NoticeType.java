package dev.ringback.notify;

/// What a notice says; on the wire in snake_case.
public enum NoticeType {
    INCOMING_CALL,
    CALL_RINGING,
    CALL_ACCEPTED,
    CALL_ANSWERED_ELSEWHERE,
    CALL_REJECTED,
    CALL_CANCELLED,
    CALL_MISSED,
    CALL_ENDED
}
