package dev.ringback.notify;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/// A call that another platform keeps.
///
/// @param platform in one word, e.g. `dialstack`
/// @param id by which the platform knows it
public record ForeignCall(String platform, String id) {
    private static final UUID NAMESPACE = UUID.fromString("6f0c4b0e-7a53-4d5e-9c1b-5d2f4c6a8e10");

    /// The call's id for CallKit, for replacing notifications and in the trace: the same for the same call, wherever and
    /// whenever it is made (UUID version 5, RFC 9562 section 5.5, of `platform:id`), so that an app may make it, too.
    public UUID callId() {
        return UuidCreator.getNameBasedSha1(NAMESPACE, platform + ":" + id);
    }
}
