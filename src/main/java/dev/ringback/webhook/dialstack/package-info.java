/// Rings phones for DialStack, which keeps the calls and holds each for some 30 s until an app is awake to take it
/// (*Mobile push wake-up* in its guide).
@ApplicationModule(allowedDependencies = {"webhook", "notify", "web"})
@NullMarked
package dev.ringback.webhook.dialstack;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
