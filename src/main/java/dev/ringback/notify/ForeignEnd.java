package dev.ringback.notify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Why devices stop ringing for a call that another platform keeps.
///
/// @param members what the app on the device is told: all that is in the push, nothing is added
public record ForeignEnd(How how, Map<String, String> members) {

    public ForeignEnd {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /// What became of the call.
    public enum How {
        /// Somebody took it, on some device.
        ANSWERED,
        /// There is nothing left to take.
        OVER
    }
}
