/// MQTT: each user's events in topics of its own, and the answers that devices publish.
///
/// An answer is believed for the action token in it and for nothing else: whoever may write to a topic is the broker's
/// business, who the user is and what is allowed is ours.
@ApplicationModule(allowedDependencies = {"notify", "call", "identity"})
@NullMarked
package dev.ringback.gateway.mqtt;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
