package dev.ringback.device;

import dev.ringback.net.NameLookup;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EndpointConfiguration {

    @Bean
    EndpointRules endpointRules(EndpointSettings settings) {
        return new EndpointRules(settings, NameLookup.system());
    }
}
