/// Requests of other platforms, which prove by a signature or a password that they are theirs: what all of them need.
///
/// One package a platform. A request is proved on its bytes as they came, before anything is read in them; what it asks
/// for is written down in one transaction, and the answer waits for nothing else.
@ApplicationModule(allowedDependencies = {"identity", "web"})
@NullMarked
package dev.ringback.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
