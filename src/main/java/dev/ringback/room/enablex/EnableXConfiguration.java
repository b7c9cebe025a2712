package dev.ringback.room.enablex;

import dev.ringback.room.Installation;
import dev.ringback.room.RoomProvider;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class EnableXConfiguration {
    private static final Account NO_ACCOUNT = new Account("no-account", "no-account-key");

    /// The provider, in front of EnableX if there is an account.
    ///
    /// @param simulator answers in EnableX's place; it is there only without an account, and is known here only as what
    ///        OkHttp calls it
    @Bean
    RoomProvider roomProvider(EnableXSettings settings, Installation installation,
            ObjectProvider<Interceptor> simulator, Spans spans, MeterRegistry metrics) {
        return new WatchedRooms(provider(settings, installation, simulator), spans, metrics);
    }

    private static RoomProvider provider(EnableXSettings settings, Installation installation,
            ObjectProvider<Interceptor> simulator) {
        var baseUrl = checked(settings.baseUrl());
        if (hasAccount(settings)) {
            var account = new Account(settings.appId(), settings.appKey());
            return provider(new EnableXRequests(baseUrl, account, installation), Limits.STANDARD);
        }
        var http = http(Limits.STANDARD).addInterceptor(simulator.getObject()).build();
        return provider(http, new EnableXRequests(baseUrl, NO_ACCOUNT, installation), Limits.STANDARD, true);
    }

    static RoomProvider provider(EnableXRequests requests, Limits limits) {
        return provider(http(limits).build(), requests, limits, false);
    }

    static RoomProvider provider(OkHttpClient http, EnableXRequests requests, Limits limits, boolean simulated) {
        var random = new SecureRandom();
        var reader = new AnswerReader(requests.account(), AnswerReader.MAX_BYTES);
        var listReader = new AnswerReader(requests.account(), AnswerReader.MAX_LIST_BYTES);
        return new EnableXRoomProvider(requests, new EnableXClient(http, reader, limits, random),
                new EnableXClient(http, listReader, limits, random), simulated);
    }

    /// OkHttp repeats and follows nothing by itself here: it cannot know which requests may be sent twice.
    ///
    /// Reading ends before the call does: only a stream that has timed out by itself makes OkHttp doubt its HTTP/2
    /// connection, one that fell silent would else swallow call after call.
    ///
    /// Idle connections are dropped before the common minute of load balancers: a room cannot be asked for again when
    /// its request went into a connection that was already gone.
    static OkHttpClient.Builder http(Limits limits) {
        return new OkHttpClient.Builder()
                .connectTimeout(limits.connect())
                .readTimeout(limits.total().multipliedBy(4).dividedBy(5))
                .writeTimeout(limits.total().multipliedBy(4).dividedBy(5))
                .callTimeout(limits.total())
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectionPool(new ConnectionPool(64, 30, TimeUnit.SECONDS))
                .dns(new BoundedDns(Dns.SYSTEM, limits.connect()));
    }

    private static boolean hasAccount(EnableXSettings settings) {
        var hasId = !settings.appId().isBlank();
        var hasKey = !settings.appKey().isBlank();
        if (hasId && !hasKey) {
            throw halfConfigured("app-key", "RINGBACK_ENABLEX_APP_KEY", "app-id");
        }
        if (hasKey && !hasId) {
            throw halfConfigured("app-id", "RINGBACK_ENABLEX_APP_ID", "app-key");
        }
        return hasId;
    }

    private static FailureAnalyzedException halfConfigured(String missing, String variable, String present) {
        return new FailureAnalyzedException(
                "ringback.enablex.%s is missing, while ringback.enablex.%s is set.".formatted(missing, present),
                "Set ringback.enablex.%s (%s), or neither of the two for simulated rooms.".formatted(missing,
                        variable));
    }

    private static HttpUrl checked(URI baseUrl) {
        var url = HttpUrl.get(baseUrl);
        if (url == null || baseUrl.getRawUserInfo() != null || url.query() != null || url.fragment() != null) {
            throw new FailureAnalyzedException(
                    "ringback.enablex.base-url is not an http or https URL of host and path only.",
                    "Set ringback.enablex.base-url to a URL such as https://api.enablex.io/video/v2, or remove it.");
        }
        return url;
    }
}
