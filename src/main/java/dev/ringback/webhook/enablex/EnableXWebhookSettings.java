package dev.ringback.webhook.enablex;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// What EnableX proves itself with (EnableX Portal, *Setup Webhook*, *HTTP Authentication*).
///
/// @param username user name that EnableX's webhook sends (HTTP Basic); empty, with an empty password, closes
///        `POST /webhooks/enablex`
/// @param password password that EnableX's webhook sends; a long random one
@ConfigurationProperties("ringback.webhook.enablex")
record EnableXWebhookSettings(@DefaultValue("") String username, @DefaultValue("") String password) {

    @Override
    public String toString() {
        return "EnableXWebhookSettings[***]";
    }
}
