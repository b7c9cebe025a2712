package dev.ringback.notify.webpush;

import dev.ringback.device.EndpointRules;
import dev.ringback.net.GuardedHttp;
import dev.ringback.notify.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// Sends requests to push services, to nobody else, and reads of the answers what their head says.
final class WebPushClient {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    /// Less than the patience of whoever calls: only a stream that has timed out by itself makes OkHttp doubt its HTTP/2
    /// connection. One that was merely given up would stay, and take the next push into the same silence.
    private static final Duration READ = Duration.ofSeconds(4);
    /// A backstop: whoever calls gives up earlier.
    private static final Duration TOTAL = Duration.ofSeconds(10);
    private static final int IDLE_CONNECTIONS = 32;
    private static final int IDLE_SECONDS = 60;
    /// Above what is ever on its way at once, which is limited once for all channels and not here.
    private static final int NO_LIMIT = 10_000;

    private static final int NAME_LENGTH = 256;

    private final OkHttpClient http;
    private final Clock clock;

    WebPushClient(OkHttpClient http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /// OkHttp tries again only what was not sent: request bodies here are one-shot.
    static OkHttpClient.Builder http(EndpointRules rules) {
        return GuardedHttp.builder(rules::addresses, rules::allows)
                .connectTimeout(CONNECT)
                .readTimeout(READ)
                .writeTimeout(READ)
                .callTimeout(TOTAL)
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
                .dispatcher(dispatcher());
    }

    /// Waits for the answer. The request runs on a thread of its own: an interrupt must end this one push, and not the
    /// HTTP/2 connection that it happens to be writing to.
    Outcome send(Request request) throws InterruptedException {
        var call = http.newCall(request);
        var answer = new Answer();
        call.enqueue(answer);
        try {
            return outcome(answer.response.get());
        } catch (InterruptedException interrupt) {
            call.cancel();
            throw interrupt;
        } catch (ExecutionException failure) {
            return WebPushErrors.outcome(failure.getCause());
        }
    }

    private Outcome outcome(Response response) {
        return WebPushErrors.outcome(response.code(), messageName(response), response.header("Retry-After"),
                clock.instant());
    }

    /// The last part of the message's own URL (RFC 8030 section 5). Not the whole: who has that can recall the message.
    private static @Nullable String messageName(Response response) {
        var location = response.header("Location");
        var name = location == null
                ? response.header("apns-id")
                : location.substring(location.lastIndexOf('/') + 1);
        return name == null || name.isBlank() ? null : name.substring(0, Math.min(name.length(), NAME_LENGTH));
    }

    private static Dispatcher dispatcher() {
        var dispatcher = new Dispatcher(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("web-push-", 0).factory()));
        dispatcher.setMaxRequests(NO_LIMIT);
        dispatcher.setMaxRequestsPerHost(NO_LIMIT);
        return dispatcher;
    }

    private static final class Answer implements Callback {
        private final CompletableFuture<Response> response = new CompletableFuture<>();

        /// The body is of no use and could be endless: it is closed unread.
        @Override
        public void onResponse(Call call, Response received) {
            received.close();
            response.complete(received);
        }

        @Override
        public void onFailure(Call call, IOException failure) {
            response.completeExceptionally(failure);
        }
    }
}
