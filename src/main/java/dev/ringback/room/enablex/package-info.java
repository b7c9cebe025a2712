/// EnableX Video API v2.
@ApplicationModule(allowedDependencies = {"room", "net", "telemetry"})
@NullMarked
package dev.ringback.room.enablex;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
