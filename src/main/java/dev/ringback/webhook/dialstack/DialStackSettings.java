package dev.ringback.webhook.dialstack;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// DialStack's webhook, `POST /webhooks/dialstack`. Closed without a secret.
///
/// @param secrets what DialStack signs with, as it was shown when the webhook endpoint was made; several for several
///        endpoints, or while one is being replaced
@ConfigurationProperties("ringback.webhook.dialstack")
record DialStackSettings(@DefaultValue List<String> secrets) {

    DialStackSettings {
        secrets = secrets.stream().map(String::strip).filter(secret -> !secret.isEmpty()).toList();
    }

    @Override
    public String toString() {
        return "DialStackSettings[secrets=***]";
    }
}
