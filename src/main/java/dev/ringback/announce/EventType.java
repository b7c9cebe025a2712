package dev.ringback.announce;

import java.util.Arrays;
import java.util.Optional;

/// What endpoints can be told, under the names that they know.
enum EventType {
    CALL_INITIATED("call.initiated"),
    CALL_RINGING("call.ringing"),
    CALL_ACCEPTED("call.accepted"),
    CALL_REJECTED("call.rejected"),
    CALL_CANCELLED("call.cancelled"),
    CALL_MISSED("call.missed"),
    CALL_UNREACHABLE("call.unreachable"),
    CALL_ENDED("call.ended"),
    DEVICE_REMOVED("device.removed");

    private final String word;

    EventType(String word) {
        this.word = word;
    }

    /// As it is written in settings and bodies.
    String word() {
        return word;
    }

    static Optional<EventType> of(String word) {
        return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
    }
}
