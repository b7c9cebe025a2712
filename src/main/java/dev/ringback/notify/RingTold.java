package dev.ringback.notify;

import dev.ringback.call.Silence;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A ring was told to the sockets of a called user, or kept from them. Nobody decides by it.
///
/// @param sockets how many of each kind; none says that the user was not connected here
/// @param silence why it was kept from all devices of the user, or null when it was not
public record RingTold(UUID callId, String userId, Map<String, Integer> sockets,
        @Nullable Silence silence) {}
