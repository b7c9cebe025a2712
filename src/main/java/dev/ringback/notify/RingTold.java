package dev.ringback.notify;

import java.util.UUID;

/// A ring was told to the sockets of a called user. Nobody decides by it.
///
/// @param sockets how many; 0 says that the user was not connected here
public record RingTold(UUID callId, String userId, int sockets) {}
