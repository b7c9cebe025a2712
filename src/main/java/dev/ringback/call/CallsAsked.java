package dev.ringback.call;

import java.util.List;

/// A device has asked, over HTTP, what rings for its user: so its app is awake, and knows.
///
/// @param deviceId which device it says it is
/// @param calls what it was told
public record CallsAsked(String userId, String deviceId, List<CallSnapshot> calls) {
    public CallsAsked {
        calls = List.copyOf(calls);
    }
}
