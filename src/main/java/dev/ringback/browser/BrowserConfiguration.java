package dev.ringback.browser;

import dev.ringback.web.StaticFiles;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.webjars.WebJarVersionLocator;

@Configuration(proxyBeanMethods = false)
class BrowserConfiguration implements WebMvcConfigurer {
    private static final String STOMP = "stomp__stompjs";

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        for (var file : new String[]{"ringback.js", "ringback.d.ts", "ringback-sw.js"}) {
            StaticFiles.serve(registry, "/" + file, "/browser/");
        }
        StaticFiles.serve(registry, "/ringback/**", "/browser/ringback/");
        StaticFiles.serve(registry, "/ringback/stomp/**",
                WebJarVersionLocator.WEBJARS_PATH_PREFIX + "/" + STOMP + "/" + version() + "/esm6/");
    }

    private static String version() {
        var version = new WebJarVersionLocator().version(STOMP);
        if (version == null) {
            throw new IllegalStateException("the WebJar of the STOMP client is not on the class path");
        }
        return version;
    }
}
