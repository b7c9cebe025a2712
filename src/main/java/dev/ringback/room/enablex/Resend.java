package dev.ringback.room.enablex;

/// After which faults a request may be sent again.
enum Resend {
    /// For what would be done twice, a room: only if it surely was not done.
    IF_SURELY_NOT_DONE,
    /// For what may be done twice: a second token is a second token, a second delete finds nothing.
    FREELY;

    boolean allowedAfter(Fault fault) {
        return switch (fault) {
            case NOT_SENT, RATE_LIMITED, TURNED_AWAY -> true;
            case NO_ANSWER, SERVER_ERROR -> this == FREELY;
            case UNREADABLE, CIRCUIT_OPEN -> false;
        };
    }
}
