package dev.ringback.call;

/// What the call begins with.
public enum CallType {
    VIDEO, AUDIO
}
