/// What several HTTP clients need: where they may connect to, when it was somebody else who named the place (not into the
/// network that Ringback runs in), and a body that goes out once.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.ringback.net;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
