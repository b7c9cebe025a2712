/// Web Push: browsers, by the push service that each browser has chosen.
///
/// A subscription's endpoint is a URL that a user gave us: nothing is sent unless its host is on the allow-list and its
/// address, as connected to, is a public one.
@ApplicationModule(allowedDependencies = {"notify", "device", "database", "net"})
@NullMarked
package dev.ringback.notify.webpush;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
