package dev.ringback.notify.fcm;

import dev.ringback.notify.Channel;
import java.net.URI;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FcmConfiguration {
    /// What two HTTP/2 connections to FCM carry, at 100 requests each.
    private static final int CONCURRENCY = 200;

    /// Null without credentials.
    @Bean
    @Nullable
    FcmNotifier fcmNotifier(FcmSettings settings) {
        var baseUrl = checked(settings.baseUrl());
        if (settings.credentials().isBlank()) {
            return null;
        }
        return new FcmNotifier(settings.credentials(),
                new FcmTransport(baseUrl, FcmTransport.http(CONCURRENCY).build()));
    }

    @Bean
    Channel fcmChannel(ObjectProvider<FcmNotifier> notifier) {
        var on = notifier.getIfAvailable();
        return on == null
                ? Channel.off("fcm", FcmNotifier.PLATFORMS)
                : new Channel("fcm", FcmNotifier.PLATFORMS, CONCURRENCY, FcmTransport.PATIENCE, on);
    }

    private static HttpUrl checked(URI baseUrl) {
        var url = HttpUrl.get(baseUrl);
        if (url == null || baseUrl.getRawUserInfo() != null || url.query() != null || url.fragment() != null) {
            throw new FailureAnalyzedException(
                    "ringback.fcm.base-url is not an http or https URL of host and path only.",
                    "Set ringback.fcm.base-url to a URL such as https://fcm.googleapis.com, or remove it.");
        }
        return url;
    }
}
