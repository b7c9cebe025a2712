package dev.ringback.announce;

import dev.ringback.net.AddressRules;
import dev.ringback.net.NameLookup;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AnnounceConfiguration {

    @Bean
    EndpointClient endpointClient(AnnounceSettings settings) {
        return new EndpointClient(new AddressRules(settings.allowPrivateAddresses(), NameLookup.system()));
    }
}
