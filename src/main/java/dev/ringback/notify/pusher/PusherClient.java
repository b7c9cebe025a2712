package dev.ringback.notify.pusher;

import java.io.IOException;
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

/// Makes the app's requests, each once, and reads of the answers what their head says.
final class PusherClient implements AutoCloseable {
    /// Longest time for one request, its connection included.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration CONNECT = Duration.ofSeconds(2);
    /// Less than the patience: only a stream that has timed out by itself makes OkHttp doubt its HTTP/2 connection. One
    /// that was merely given up would stay, and take the next event into the same silence.
    private static final Duration READ = Duration.ofSeconds(4);
    private static final int IDLE_SECONDS = 30;
    /// Above what is ever on its way at once, which is limited once for all channels and not here.
    private static final int NO_LIMIT = 10_000;

    private final OkHttpClient http;

    PusherClient(int connections) {
        http = new OkHttpClient.Builder()
                .connectTimeout(CONNECT)
                .readTimeout(READ)
                .writeTimeout(READ)
                .callTimeout(PATIENCE)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectionPool(new ConnectionPool(connections, IDLE_SECONDS, TimeUnit.SECONDS))
                .dispatcher(dispatcher())
                .build();
    }

    /// Waits for the answer. The request runs on a thread of its own: an interrupt must end this one, and not the HTTP/2
    /// connection that it happens to be writing to.
    ///
    /// @return the answer without its body
    /// @throws ExecutionException when there was none, and why
    Response send(Request request) throws InterruptedException, ExecutionException {
        var call = http.newCall(request);
        var answer = new Answer();
        call.enqueue(answer);
        try {
            return answer.response.get();
        } catch (InterruptedException interrupt) {
            call.cancel();
            throw interrupt;
        }
    }

    private static Dispatcher dispatcher() {
        var dispatcher = new Dispatcher(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("pusher-", 0).factory()));
        dispatcher.setMaxRequests(NO_LIMIT);
        dispatcher.setMaxRequestsPerHost(NO_LIMIT);
        return dispatcher;
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
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
