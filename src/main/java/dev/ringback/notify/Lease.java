package dev.ringback.notify;

import java.time.Instant;

/// A node's right to send a delivery.
///
/// @param number counts how often the delivery was taken: whoever has an older one has lost it
/// @param until unless it is renewed, another node may take the delivery from then on
record Lease(int number, Instant until) {}
