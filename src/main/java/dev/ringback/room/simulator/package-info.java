/// A room provider for those who have no account: answers the EnableX HTTP API inside the process.
@ApplicationModule(allowedDependencies = {"room"})
@NullMarked
package dev.ringback.room.simulator;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
