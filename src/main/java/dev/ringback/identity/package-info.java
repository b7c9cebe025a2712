/// Who is asking: user tokens (JWT) and what they allow. HTTP and sockets authenticate through the same decoder, so
/// that a token refused by one is refused by the other.
@ApplicationModule(allowedDependencies = {"web"})
@NullMarked
package dev.ringback.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
