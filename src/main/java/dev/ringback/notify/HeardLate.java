package dev.ringback.notify;

/// A user has listened here for a while without what other nodes tell, and hears that from now on: something may have been missed.
public record HeardLate(String userId) {}
