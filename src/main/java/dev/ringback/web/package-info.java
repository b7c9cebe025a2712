/// What the HTTP of several modules needs: problem details with a stable code, request ids, body limits and the JSON
/// rules. Knows nothing of calls.
@ApplicationModule(allowedDependencies = {"database", "telemetry"})
@NullMarked
package dev.ringback.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
