/// The crash suite: the packaged jar on a real PostgreSQL, killed and frozen while it serves.
@NullMarked
package dev.ringback.faults;

import org.jspecify.annotations.NullMarked;
