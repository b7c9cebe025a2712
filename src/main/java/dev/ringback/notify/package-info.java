/// Whom to tell what: turns the events of a call into notices for its parties and hands them to the channels.
///
/// Channels are packages below this one; they see notices only, never calls. State is the truth and a notice is a hint:
/// every notice carries the whole call and its version, so that a lost one is mended by the next.
@ApplicationModule(allowedDependencies = {"call", "identity"})
@NullMarked
package dev.ringback.notify;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
