package dev.ringback.call;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a caller asks for, checked and completed with the defaults.
///
/// @param calledIds distinct, in the caller's order, without the caller
/// @param ringTimeout in seconds
/// @param custom a JSON object as text, or null
record NewCall(UUID id, String callerId, String callerName, @Nullable String callerDevice, List<String> calledIds,
        CallType callType, int ringTimeout, TokenDelivery tokenDelivery, @Nullable String custom) {

    NewCall {
        calledIds = List.copyOf(calledIds);
    }

    /// The same call by a caller of another name.
    NewCall withCallerName(String name) {
        return new NewCall(id, callerId, name, callerDevice, calledIds, callType, ringTimeout, tokenDelivery, custom);
    }

    /// The other user of a 1:1 call, or null for a group call.
    @Nullable
    String onlyCalled() {
        return calledIds.size() == 1 ? calledIds.getFirst() : null;
    }
}
