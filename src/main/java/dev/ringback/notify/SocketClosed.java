package dev.ringback.notify;

/// A socket that was [SocketOpened] listens no more: published by the channel, once it counts it no longer.
public record SocketClosed(String userId) {}
