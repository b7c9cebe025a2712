/// Apple's push service, by a signing key (.p8).
///
/// A VoIP push that is no ring never leaves here unless the operator asked for it: iOS ends an app that gets one and
/// reports no call, and after a few of them it gets no more rings.
@ApplicationModule(allowedDependencies = {"notify", "device"})
@NullMarked
package dev.ringback.notify.apns;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
