/// Doors other than HTTP and STOMP: over each of them events go out to clients and commands come in.
@ApplicationModule(allowedDependencies = {"call", "identity", "notify", "web"})
@NullMarked
package dev.ringback.gateway;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
