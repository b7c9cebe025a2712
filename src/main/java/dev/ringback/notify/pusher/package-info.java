/// Pusher Channels, and servers that speak its protocol: events go to each user's private channel, clients answer over HTTP.
///
/// The library signs; what carries its requests is this package's own, so that a request is made once, ends when its sender
/// is interrupted, and goes where the settings say. Nobody is let into another user's channel.
@ApplicationModule(allowedDependencies = {"notify", "identity", "net", "web"})
@NullMarked
package dev.ringback.notify.pusher;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
