package dev.ringback.call;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The search for rooms that a killed process left behind at the provider.
///
/// @param checkInterval how often each node looks for rooms that no call uses, and deletes them; `0` to never look
/// @param age how old a room that no call uses must be to be deleted; longer than placing a call can ever take
@ConfigurationProperties("ringback.orphan-rooms")
record OrphanSettings(@DefaultValue("1h") Duration checkInterval, @DefaultValue("15m") Duration age) {
    OrphanSettings {
        if (checkInterval.isNegative()) {
            throw new IllegalArgumentException("ringback.orphan-rooms.check-interval must not be negative");
        }
        if (!age.isPositive()) {
            throw new IllegalArgumentException("ringback.orphan-rooms.age must be longer than nothing");
        }
    }
}
