/// Socket.IO on a port of its own, for clients that were written for a plain Socket.IO server.
///
/// The library (netty-socketio) keeps the transports, heartbeats and the encoding. What clients send does not reach its
/// parser: [dev.ringback.gateway.socketio.FrontDoor] stands before it, lets requests in by name and reads packets itself.
@ApplicationModule(allowedDependencies = {"call", "identity", "notify", "web"})
@NullMarked
package dev.ringback.gateway.socketio;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
