/// Who may make whose phone ring: the users' own blocks and times of rest, and the word of the operator's backend.
///
/// What a user has blocked is kept here and looked up by `call` in the statement in which it looks at the called users
/// anyway, so that it costs a call no round trip.
@ApplicationModule(allowedDependencies = {"identity", "telemetry", "web"})
@NullMarked
package dev.ringback.permit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
