package dev.ringback.webhook.enablex;

import dev.ringback.webhook.BasicProof;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EnableXWebhookConfiguration {

    @Bean
    EnableXProof enableXProof(EnableXWebhookSettings settings) {
        return new EnableXProof(
                BasicProof.ofSettings("ringback.webhook.enablex", settings.username(), settings.password()));
    }
}
