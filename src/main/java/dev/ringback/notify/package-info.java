/// Whom to tell what, and that it arrives.
///
/// A pure planner turns a call's events into notices; channels carry notices and never see a call. What a device must
/// be told is written down in the transaction that made it necessary and sent right after its commit; a node that dies in
/// between leaves it to the others.
@ApplicationModule(allowedDependencies = {"call", "database", "device", "identity", "telemetry"})
@NullMarked
package dev.ringback.notify;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
