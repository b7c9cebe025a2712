package dev.ringback.device;

/// A device has lost its last token without asking for that, and can be pushed no more until it registers again. Published
/// inside the transaction that removes it.
///
/// @param reason why
public record DeviceRemoved(String userId, String deviceId, Reason reason) {

    /// Why a device is removed.
    public enum Reason {
        /// Its push service says that it is gone: the app was deleted, as a rule.
        DEAD_TOKEN,
        /// It was neither registered nor seen to ring for the retention time.
        UNUSED,
        /// The user has registered too many others since it was used last.
        TOO_MANY
    }
}
