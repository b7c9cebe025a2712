package dev.ringback.notify.ably;

import com.google.gson.JsonParseException;
import io.ably.lib.debug.DebugOptions;
import io.ably.lib.http.HttpCore;
import io.ably.lib.network.HttpRequest;
import io.ably.lib.types.AblyException;
import io.ably.lib.types.ClientOptions;
import io.ably.lib.types.ErrorResponse;
import io.ably.lib.util.Log;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the library is to behave: silent, in JSON, and done within the time of one publication.
final class AblyOptions {
    /// The host and one other: a third would have too little time left.
    private static final int HOSTS = 2;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(1);

    private AblyOptions() {}

    static ClientOptions of(AblySettings settings) throws AblyException {
        var options = new DebugOptions(settings.key());
        // the only place where the library lets anybody see an answer before it reads it itself
        options.httpListener = new Answers();
        options.logLevel = Log.NONE;
        options.logHandler = (_, _, _, _) -> {};
        options.useBinaryProtocol = false;
        options.queryTime = false;
        options.tls = settings.tls();
        var hosts = hosts(settings, options);
        var each = settings.requestTimeout().dividedBy(hosts);
        var connect = LONGEST_CONNECT.compareTo(each.dividedBy(2)) < 0 ? LONGEST_CONNECT : each.dividedBy(2);
        options.httpMaxRetryCount = hosts - 1;
        options.httpOpenTimeout = Math.toIntExact(connect.toMillis());
        options.httpRequestTimeout = Math.toIntExact(each.minus(connect).toMillis());
        return options;
    }

    /// How many hosts may be asked for one publication.
    private static int hosts(AblySettings settings, ClientOptions options) {
        if (settings.host().isEmpty()) {
            return HOSTS;
        }
        options.restHost = settings.host();
        options.port = settings.port();
        options.tlsPort = settings.port();
        options.fallbackHosts = settings.fallbackHosts().toArray(String[]::new);
        return settings.fallbackHosts().isEmpty() ? 1 : HOSTS;
    }

    /// Takes from an answer what the library cannot stand: of an error's body that is not Ably's, a proxy's page for example, it
    /// would print the whole to the console, and at a challenge that it does not know it fails.
    private static final class Answers implements DebugOptions.RawHttpListener {
        private static final int ERROR = 300;

        @Override
        public HttpCore.@Nullable Response onRawHttpRequest(String id, HttpRequest request, String authHeader,
                Map<String, List<String>> requestHeaders, HttpCore.RequestBody requestBody) {
            return null;
        }

        @Override
        public void onRawHttpResponse(String id, String method, HttpCore.Response response) {
            if (response.headers != null) {
                response.headers.remove("www-authenticate");
            }
            if (response.statusCode >= ERROR && !isError(response)) {
                response.body = new byte[0];
            }
        }

        @Override
        public void onRawHttpException(String id, String method, Throwable failure) {
            // becomes the outcome
        }

        private static boolean isError(HttpCore.Response response) {
            if (response.body == null || response.contentType == null
                    || !response.contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
                return false;
            }
            try {
                ErrorResponse.fromJSON(new String(response.body, StandardCharsets.UTF_8));
                return true;
            } catch (JsonParseException | AblyException _) {
                return false;
            }
        }
    }
}
