/// The users' devices and the push tokens that reach them.
///
/// A token belongs to one user in the whole installation, so a phone never rings for somebody who has logged out of it;
/// nobody but its owner sees it, and nobody at all sees it whole.
@ApplicationModule(allowedDependencies = {"identity", "net", "web"})
@NullMarked
package dev.ringback.device;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
