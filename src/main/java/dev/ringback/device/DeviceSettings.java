package dev.ringback.device;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The users' devices.
///
/// @param retention how long a push token is kept that is neither registered again nor seen to ring; apps register at
///        each start
@ConfigurationProperties("ringback.device")
record DeviceSettings(@DefaultValue("270d") Duration retention) {
    DeviceSettings {
        if (!retention.isPositive()) {
            throw new IllegalArgumentException("ringback.device.retention must be longer than nothing");
        }
    }
}
