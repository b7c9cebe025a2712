package dev.ringback.call;

/// When a called user gets the room token: with the answer to `accept`, or already with the ring.
public enum TokenDelivery {
    ON_ACCEPT, EMBEDDED
}
