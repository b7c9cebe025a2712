package dev.ringback.identity;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an action token is good for: one call, on one device.
///
/// @param deviceId null when it is good for all devices of the user
public record ActionGrant(UUID callId, @Nullable String deviceId) {}
