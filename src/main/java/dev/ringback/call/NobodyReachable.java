package dev.ringback.call;

import java.util.UUID;

/// None of those for whom a call rings can be reached: published by whoever tells them, so that the caller need not wait
/// for a deadline.
///
/// @param version of the call when that was found out; nothing happens if it has changed since
public record NobodyReachable(UUID callId, int version) {}
