/// Doors through which clients of other signalling protocols come in, each a package of its own: it tells their users what
/// happens, and carries their commands out by `call.CallCommands`.
@ApplicationModule(allowedDependencies = {"call", "identity", "notify", "web"})
@NullMarked
package dev.ringback.gateway;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
