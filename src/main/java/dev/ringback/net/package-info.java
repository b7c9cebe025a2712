/// Where Ringback may connect to, when it was somebody else who named the place: not into the network that it runs in.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.ringback.net;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
