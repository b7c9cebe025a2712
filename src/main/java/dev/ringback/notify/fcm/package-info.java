/// Firebase Cloud Messaging over its HTTP v1 API: Android apps, and iOS apps and web pages that registered with FCM.
///
/// The SDK makes the requests and holds the access token; what carries them is this package's own, so that a request is
/// made once, ends when its sender is interrupted, and goes where the settings say.
@ApplicationModule(allowedDependencies = {"notify", "device", "net"})
@NullMarked
package dev.ringback.notify.fcm;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
