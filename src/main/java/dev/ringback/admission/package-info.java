/// Whether a request may come in right now: what cannot be done soon is refused at once, new calls first, so that the
/// calls that ring already are answered.
@ApplicationModule(allowedDependencies = {"database", "web"})
@NullMarked
package dev.ringback.admission;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
