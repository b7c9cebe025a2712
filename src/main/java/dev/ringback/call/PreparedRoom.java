package dev.ringback.call;

/// The room for a call that is about to be placed.
sealed interface PreparedRoom {

    /// Made at the provider just now: without a call to use it, it must be given up.
    record Fresh(String roomId) implements PreparedRoom {}

    /// Made ahead; still to be taken.
    record Warm(String roomId) implements PreparedRoom {}

    /// Left over from the caller's last try; still to be taken.
    ///
    /// @param callerToken the caller's token, fetched to see that the room is still there
    record Kept(String roomId, String callerToken) implements PreparedRoom {
        @Override
        public String toString() {
            return "Kept[" + roomId + "]";
        }
    }

    /// Nobody will ring, so no room is needed.
    record None() implements PreparedRoom {}
}
