/// EnableX's webhook: what happens in the rooms. It carries no signature, so what it says is only a hint to the calls.
@ApplicationModule(allowedDependencies = {"webhook", "call", "web"})
@NullMarked
package dev.ringback.webhook.enablex;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
