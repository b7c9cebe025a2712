package dev.ringback.identity;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;

/// Buckets that all nodes of the installation share.
public interface SharedBuckets {

    /// The bucket of this key. What it is asked may fail, or take a fraction of a second to.
    ///
    /// @param capacity that it has when it is full, and gets back in each `period`
    /// @return empty while nothing connects the nodes
    Optional<Bucket> of(String key, int capacity, Duration period, TimeMeter time);
}
