package dev.ringback.device;

/// Remembers which of Apple's two push services knows a token, so that the wrong one is asked only once.
public interface EnvironmentMemory {

    /// The service of `environment` took a push to `token`. Counts only while the token is still the one that was sent
    /// to.
    void answersIn(PushToken token, Environment environment);
}
