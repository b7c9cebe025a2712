/// The PostgreSQL behind Ringback: the embedded one of a local run, the database's clock, keys that are kept in it, writing
/// behind in batches, and the one-line error when no database is set.
@ApplicationModule(allowedDependencies = {"telemetry"})
@NullMarked
package dev.ringback.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
