package dev.ringback.notify.fcm;

import dev.ringback.notify.Channel;
import dev.ringback.notify.PushInspector;
import java.net.URI;
import java.time.Clock;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FcmConfiguration {
    static final String NAME = "fcm";

    /// What two HTTP/2 connections to FCM carry, at 100 requests each.
    private static final int CONCURRENCY = 200;

    /// Null without credentials, unless somebody wants to see what would be sent.
    @Bean
    @Nullable
    FcmNotifier fcmNotifier(FcmSettings settings, ObjectProvider<PushInspector> inspector, Clock clock) {
        var baseUrl = checked(settings.baseUrl());
        var http = FcmTransport.http(CONCURRENCY);
        if (!settings.credentials().isBlank()) {
            return new FcmNotifier(settings.credentials(), new FcmTransport(baseUrl, http.build()));
        }
        var inspecting = inspector.getIfAvailable();
        if (inspecting == null) {
            return null;
        }
        http.addInterceptor(new SimulatedFcm(inspecting, clock));
        return new FcmNotifier(SimulatedFcm.credentials(), new FcmTransport(baseUrl, http.build()));
    }

    @Bean
    Channel fcmChannel(FcmSettings settings, ObjectProvider<FcmNotifier> notifier) {
        var on = notifier.getIfAvailable();
        if (on == null) {
            return Channel.off(NAME, FcmNotifier.PLATFORMS);
        }
        return settings.credentials().isBlank()
                ? Channel.simulated(NAME, FcmNotifier.PLATFORMS, CONCURRENCY, FcmTransport.PATIENCE, on)
                : new Channel(NAME, FcmNotifier.PLATFORMS, CONCURRENCY, FcmTransport.PATIENCE, on);
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
