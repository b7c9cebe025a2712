package dev.ringback.call;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Rooms made ahead.
///
/// @param warmPool how many rooms each node keeps ready, so that a ring does not wait until the provider has made one; as many
///        as there may be calls in half a second. A room that is not used within the hour is deleted and replaced. `0` for
///        none
@ConfigurationProperties("ringback.room")
record WarmPoolSettings(@DefaultValue("0") int warmPool) {
    private static final int MOST = 1_000;

    WarmPoolSettings {
        if (warmPool < 0 || warmPool > MOST) {
            throw new IllegalArgumentException("ringback.room.warm-pool must be from 0 to " + MOST);
        }
    }
}
