/// STOMP over WebSocket: live events to connected users, and the door through which their commands come in.
///
/// Deny by default: a client may subscribe to its own two queues and send to the call commands, and nothing else.
@ApplicationModule(allowedDependencies = {"notify", "identity", "telemetry"})
@NullMarked
package dev.ringback.notify.stomp;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
