package dev.ringback.call;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A device said that it really rings: published for each that does, while a call's own event tells of the first only.
///
/// @param deviceId null when the client did not say which device it is
/// @param pushed whether any device was to be rung by push
public record DeviceRings(UUID callId, String userId, @Nullable String deviceId, boolean pushed) {}
