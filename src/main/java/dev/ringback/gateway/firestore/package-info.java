/// Calls as documents of Cloud Firestore, for apps that look at a document instead of a socket; and, if the operator wants
/// that, what such apps write into them.
///
/// The database is the truth, a document its mirror. A document is read, then the call, and the call is written on the
/// condition that the document is still the one that was read: so whoever writes last has seen at least what the one before
/// saw, and no document goes back to an older state, whichever node writes.
@ApplicationModule(allowedDependencies = {"call", "identity", "notify", "web"})
@NullMarked
package dev.ringback.gateway.firestore;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
