package dev.ringback.call;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a ring is received by the users it is for.
///
/// @param busy those who are in an accepted call; of a silenced one nobody learns that
/// @param silenced those whose devices it does not reach, and why
record Reception(Set<String> busy, Map<String, Silence> silenced) {
    /// Everybody is free and hears it.
    static final Reception OPEN = new Reception(Set.of(), Map.of());

    Reception {
        busy = Set.copyOf(busy);
        silenced = Map.copyOf(silenced);
    }

    boolean isBusy(String userId) {
        return busy.contains(userId) && !silenced.containsKey(userId);
    }

    @Nullable
    Silence silence(String userId) {
        return silenced.get(userId);
    }
}
