/// Only in demo mode: a token mint, presence, simulated phones and the page at `/`.
@ApplicationModule(allowedDependencies = {"call", "identity", "notify", "room", "web"})
@NullMarked
package dev.ringback.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
