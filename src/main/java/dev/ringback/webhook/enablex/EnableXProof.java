package dev.ringback.webhook.enablex;

import dev.ringback.webhook.BasicProof;
import org.jspecify.annotations.Nullable;

/// How EnableX proves that a request is its own.
///
/// @param basic null when the webhook is closed
record EnableXProof(@Nullable BasicProof basic) {

    /// Whether nothing is configured by which a request could be proved.
    boolean isImpossible() {
        return basic == null;
    }

    /// Whether the request with this `Authorization` is EnableX's.
    boolean holds(@Nullable String authorization) {
        return basic != null && basic.holds(authorization);
    }
}
