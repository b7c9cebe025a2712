/// What other platforms tell Ringback, by HTTP requests of their own: one package a platform.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.ringback.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
