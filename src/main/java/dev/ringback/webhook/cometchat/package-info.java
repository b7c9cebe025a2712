/// Rings phones for CometChat, which keeps the calls (*Webhooks* in its documentation: `fundamentals/webhooks-overview`,
/// `calls/webhooks-ringing`).
@ApplicationModule(allowedDependencies = {"webhook", "notify", "web"})
@NullMarked
package dev.ringback.webhook.cometchat;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
