package dev.ringback.gateway.mqtt;

import java.time.Duration;

/// What is published: once, to those who listen now or have a session that waits for them, and never retained.
///
/// @param json a JSON object
/// @param goodFor after this the broker may drop it, if it can
record Message(String topic, String json, Duration goodFor) {
    private static final long MOST_SECONDS = 0xFFFF_FFFFL;

    /// In whole seconds, rather too few than too many, but at least one: zero would drop it at once.
    long expirySeconds() {
        return Math.clamp(goodFor.toSeconds(), 1, MOST_SECONDS);
    }

    /// The content may hold tokens.
    @Override
    public String toString() {
        return "Message[" + topic + "]";
    }
}
