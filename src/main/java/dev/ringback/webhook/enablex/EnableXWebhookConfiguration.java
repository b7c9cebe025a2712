package dev.ringback.webhook.enablex;

import java.util.Locale;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EnableXWebhookConfiguration {

    @Bean
    BasicProof enableXProof(EnableXWebhookSettings settings) {
        var hasName = !settings.username().isBlank();
        var hasPassword = !settings.password().isBlank();
        if (hasName != hasPassword) {
            throw hasName ? halfConfigured("password", "username") : halfConfigured("username", "password");
        }
        if (settings.username().contains(":")) {
            throw new FailureAnalyzedException(
                    "ringback.webhook.enablex.username holds a colon, which ends a user name in HTTP Basic.",
                    "Set ringback.webhook.enablex.username to one without, here and in EnableX's portal.");
        }
        return hasName ? BasicProof.of(settings.username(), settings.password()) : BasicProof.NOBODYS;
    }

    private static FailureAnalyzedException halfConfigured(String missing, String present) {
        return new FailureAnalyzedException(
                "ringback.webhook.enablex.%s is missing, while ringback.webhook.enablex.%s is set.".formatted(missing,
                        present),
                "Set ringback.webhook.enablex.%s (RINGBACK_WEBHOOK_ENABLEX_%s), or neither of the two to keep POST /webhooks/enablex closed."
                        .formatted(missing, missing.toUpperCase(Locale.ROOT)));
    }
}
