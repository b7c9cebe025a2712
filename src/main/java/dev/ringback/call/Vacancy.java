package dev.ringback.call;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The room of a call that is over.
///
/// @param callerId who may have the room again, calling the same users, or null when nobody may
/// @param calledIds those users, sorted; null with `callerId`
/// @param reusableUntil null with `callerId`
/// @param deleteAt when it goes, unless it is used again
record Vacancy(String roomId, @Nullable String callerId, @Nullable List<String> calledIds,
        @Nullable Instant reusableUntil, Instant deleteAt) {}
