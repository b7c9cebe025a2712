/// The ring trace: everything that happened on a call's way to the devices, for whoever asks why a phone did not ring.
///
/// Written behind, in batches, and by nobody decided upon: losing it loses no call.
@ApplicationModule(allowedDependencies = {"call", "database", "notify", "identity", "web"})
@NullMarked
package dev.ringback.trace;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
