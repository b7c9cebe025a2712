package dev.ringback.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;

/// Serves files of the class path to browsers: asked for each time, sent only when they have changed.
public final class StaticFiles {
    private StaticFiles() {}

    /// Files are told apart by their content. Their dates are the build's, and that is the same in all reproducible
    /// builds of one version: a browser would keep yesterday's.
    ///
    /// @param pattern of the paths under which they are served
    /// @param location a folder of the class path, with a slash at its end
    public static void serve(ResourceHandlerRegistry registry, String pattern, String location) {
        registry.addResourceHandler(pattern)
                .addResourceLocations("classpath:" + location)
                .setCacheControl(CacheControl.noCache())
                .setUseLastModified(false)
                .setEtagGenerator(StaticFiles::etag);
    }

    private static String etag(Resource file) {
        try (var content = file.getInputStream()) {
            return DigestUtils.md5DigestAsHex(content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
