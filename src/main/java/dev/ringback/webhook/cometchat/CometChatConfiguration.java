package dev.ringback.webhook.cometchat;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CometChatConfiguration {

    @Bean
    CometChatProof cometChatProof(CometChatSettings settings) {
        return CometChatProof.of(settings);
    }
}
