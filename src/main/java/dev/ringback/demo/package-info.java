/// Only in demo mode: a token mint, presence and the page at `/`.
@ApplicationModule(allowedDependencies = {"call", "identity", "web"})
@NullMarked
package dev.ringback.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
