/// The client for web pages: the module `/ringback.js`, its types, and the service worker `/ringback-sw.js`. They lie in
/// `src/main/resources/browser`; here is only what serves them.
@ApplicationModule(allowedDependencies = {"web"})
@NullMarked
package dev.ringback.browser;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
