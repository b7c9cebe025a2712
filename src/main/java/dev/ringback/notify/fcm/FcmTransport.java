package dev.ringback.notify.fcm;

import com.google.api.client.http.HttpTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/// Carries the SDK's requests: to the token endpoint as they are, to FCM under the configured address.
///
/// An answer that is no success is thrown as [ErrorAnswer] and never shown to the SDK, which would repeat it: a 503 up to
/// four times, waiting as long as the answer asks, and a 401 after having fetched a new access token each time. It repeats
/// no exception. Repeating is the delivery engine's.
final class FcmTransport extends HttpTransport {
    /// Longest time for one request, its connection included.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String FCM = "https://fcm.googleapis.com/";
    private static final Duration CONNECT = Duration.ofSeconds(2);
    /// Less than the patience: only a stream that has timed out by itself makes OkHttp doubt its HTTP/2 connection. One
    /// that was merely given up would stay, and take the next push into the same silence.
    private static final Duration READ = Duration.ofSeconds(4);

    /// The SDK can log whole requests, push tokens included. Whatever the log's level, it must not.
    private static final Logger SDK_LOG = Logger.getLogger(HttpTransport.class.getName());

    static {
        SDK_LOG.setFilter(_ -> false);
    }

    private final OkHttpClient http;
    private final String baseUrl;

    FcmTransport(HttpUrl baseUrl, OkHttpClient http) {
        this.http = http;
        this.baseUrl = baseUrl.newBuilder().addPathSegment("").build().toString();
    }

    /// A connection that could not be made may be tried at the host's next address; a request that was begun is not
    /// repeated, see [FcmRequest].
    static OkHttpClient.Builder http(int connections) {
        return new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                .connectTimeout(CONNECT)
                .readTimeout(READ)
                .writeTimeout(READ)
                .callTimeout(PATIENCE)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectionPool(new ConnectionPool(connections, 1, TimeUnit.MINUTES));
    }

    @Override
    protected FcmRequest buildRequest(String method, String url) {
        var target = url.startsWith(FCM) ? baseUrl + url.substring(FCM.length()) : url;
        return new FcmRequest(http, method, HttpUrl.get(target));
    }

    @Override
    public void shutdown() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
