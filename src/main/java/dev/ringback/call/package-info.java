/// The heart: the life of a call, from *initiate* to its end.
///
/// The state of a call changes only inside a transaction, decided by one conditional update of its row; the events of
/// the change are published in that transaction and told after its commit. Nothing here knows how anybody is told.
@ApplicationModule(allowedDependencies = {"admission", "permit", "room", "database", "identity", "telemetry", "web"})
@NullMarked
package dev.ringback.call;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
