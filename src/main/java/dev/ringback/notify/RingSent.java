package dev.ringback.notify;

import java.util.UUID;

/// A push service or a broker took a ring for the first time.
///
/// @param callId a call of our own
public record RingSent(UUID callId) {}
