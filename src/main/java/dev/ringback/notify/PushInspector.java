package dev.ringback.notify;

import java.time.Duration;

/// Stands in for the push services that have no credentials: sees each request as it would have gone out, and says what
/// is answered. With such a bean, a channel without credentials is simulated instead of off.
public interface PushInspector {
    /// Sees one request. Called on the way of the push, so it returns at once; how long the answer takes is in the answer.
    Answer inspect(InspectedPush push);

    /// What the simulated provider says to a request.
    ///
    /// @param after how long it takes to say so
    record Answer(Word word, Duration after) {}

    /// What a provider can say, each in its own words.
    enum Word {
        /// The push is on its way to the device.
        TAKEN,
        /// The app is no longer on the device.
        UNREGISTERED,
        /// Not now.
        UNAVAILABLE
    }
}
