/// Ably: events go to each user's channel over its REST API, clients listen with a token for that channel and answer over HTTP.
///
/// The library signs, encodes and goes to another of Ably's hosts where one fails; it opens no realtime connection. It writes
/// to no log: what it would write holds names and keys.
@ApplicationModule(allowedDependencies = {"notify", "identity", "web"})
@NullMarked
package dev.ringback.notify.ably;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
