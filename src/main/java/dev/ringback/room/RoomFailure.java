package dev.ringback.room;

import org.jspecify.annotations.Nullable;

/// The room provider did not do what it was asked. The message is for logs, holds no credential and no token, and is
/// not meant for clients.
public final class RoomFailure extends RuntimeException {
    private final Kind kind;

    public RoomFailure(Kind kind, String message) {
        this(kind, message, null);
    }

    public RoomFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// What the caller may hope for.
    public enum Kind {
        /// No answer, or a passing fault: the same request may work later.
        UNAVAILABLE,
        /// The provider understood and refused: wrong credentials or a wrong request. It will refuse again.
        REJECTED
    }
}
