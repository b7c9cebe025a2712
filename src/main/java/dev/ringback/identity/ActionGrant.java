package dev.ringback.identity;

import java.util.UUID;

/// What an action token is good for: one call, on one device.
public record ActionGrant(UUID callId, String deviceId) {}
