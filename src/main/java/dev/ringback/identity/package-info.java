/// Who is asking: user tokens (JWT), action tokens, and what they allow. HTTP and sockets check user tokens with the same
/// decoder, so that a token refused by one is refused by the other; action tokens pass on a few HTTP routes only.
@ApplicationModule(allowedDependencies = {"database", "web"})
@NullMarked
package dev.ringback.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
