package dev.ringback.demo;

import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.web.StaticFiles;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Demo mode: a page at `/`, and loopback only, since anybody can be anybody.
@Configuration(proxyBeanMethods = false)
@ConditionalOnDemoMode
class DemoConfiguration implements WebMvcConfigurer {
    private static final Logger LOG = LoggerFactory.getLogger(DemoConfiguration.class);

    @Bean
    static WebServerFactoryCustomizer<ConfigurableWebServerFactory> loopbackOnly(DemoSettings settings) {
        LOG.warn(
                """
                        DEMO MODE: no signer of user tokens is set, so anybody can be anybody.\
                         Set RINGBACK_AUTH_HS256_SECRET (or RINGBACK_AUTH_ISSUER_URI, RINGBACK_AUTH_JWK_SET_URI) for real use.""");
        return factory -> {
            if (!settings.allowRemote()) {
                factory.setAddress(InetAddress.getLoopbackAddress());
            }
        };
    }

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/").setViewName("forward:/demo/index.html");
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        StaticFiles.serve(registry, "/demo/**", "/demo-page/");
    }
}
