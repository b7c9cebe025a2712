package dev.ringback.notify;

/// Nothing has arrived from other nodes for a while, and now does again: who listens here may have missed something.
public record NodesReunited() {}
