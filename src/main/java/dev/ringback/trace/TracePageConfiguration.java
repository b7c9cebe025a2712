package dev.ringback.trace;

import dev.ringback.web.StaticFiles;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// The trace as a page, in any mode. It is open to everybody and knows nothing: what it shows, it reads with the token of
/// whoever looks.
@Configuration(proxyBeanMethods = false)
class TracePageConfiguration implements WebMvcConfigurer {

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/trace/{call}").setViewName("forward:/trace/assets/index.html");
    }

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        StaticFiles.serve(registry, "/trace/assets/**", "/trace-page/");
    }
}
