package dev.ringback.webhook.cometchat;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// CometChat's webhook, `POST /webhooks/cometchat`. Closed without a user name and password or a secret; with both, either
/// is good.
///
/// @param username of the Basic authentication that is set with the webhook at CometChat
/// @param password that goes with it
/// @param secret of `x-cometchat-signature`, where requests carry one: hexadecimal HMAC-SHA256 of the body
/// @param ringTimeout how long a call rings, from when it was made: what the caller's app is set to
@ConfigurationProperties("ringback.webhook.cometchat")
record CometChatSettings(
        @DefaultValue("") String username,
        @DefaultValue("") String password,
        @DefaultValue("") String secret,
        @DefaultValue("45s") Duration ringTimeout) {

    CometChatSettings {
        if (!ringTimeout.isPositive() || ringTimeout.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new IllegalArgumentException(
                    "ringback.webhook.cometchat.ring-timeout must be longer than nothing and at most 5m");
        }
    }

    @Override
    public String toString() {
        return "CometChatSettings[username=***, password=***, secret=***, ringTimeout=" + ringTimeout + "]";
    }
}
