package dev.ringback.device;

/// Which of Apple's two push services a token belongs to. A token of one means nothing to the other.
public enum Environment {
    PRODUCTION,
    SANDBOX;

    /// The other one.
    public Environment other() {
        return this == PRODUCTION ? SANDBOX : PRODUCTION;
    }
}
