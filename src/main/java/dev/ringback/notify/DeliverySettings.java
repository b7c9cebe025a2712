package dev.ringback.notify;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How hard Ringback tries to make a device ring.
///
/// @param repeatAfter a device that has not acknowledged its ring by then is pushed again, at most twice
@ConfigurationProperties("ringback.delivery")
record DeliverySettings(@DefaultValue("4s") Duration repeatAfter) {

    DeliverySettings {
        if (!repeatAfter.isPositive()) {
            throw new IllegalArgumentException("ringback.delivery.repeat-after must be longer than nothing");
        }
    }
}
