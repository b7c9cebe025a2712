package dev.ringback.notify.fcm;

import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The access token, fetched once for all sends and again some minutes before it ends, while sends go on with the old one.
///
/// It is fetched on a thread of its own: the first send that needs it may be interrupted without taking it from the
/// others.
final class AccessTokens extends GoogleCredentials {
    private static final URI FCM = URI.create("https://fcm.googleapis.com/");
    private static final Executor FETCH = task -> Thread.ofVirtual().name("fcm-access-token").start(task);
    /// How often a token that FCM refuses is given up before its time.
    private static final long RENEWAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private transient volatile ServiceAccountCredentials account;
    private long renewedAt = System.nanoTime() - RENEWAL_NANOS;

    AccessTokens(ServiceAccountCredentials account) {
        this.account = account;
    }

    @Override
    public Map<String, List<String>> getRequestMetadata(@Nullable URI uri) throws IOException {
        var headers = new CompletableFuture<Map<String, List<String>>>();
        account.getRequestMetadata(FCM, FETCH, new Completing(headers));
        try {
            return headers.get(FcmTransport.PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException e) {
            throw new IOException("no access token", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no access token in time", e);
        }
    }

    /// Gives up a token that FCM refuses although its time is not over, as after a clock that was put back. The next send
    /// fetches another one.
    synchronized void renew() {
        if (System.nanoTime() - renewedAt >= RENEWAL_NANOS) {
            renewedAt = System.nanoTime();
            var fresh = account.toBuilder();
            fresh.setAccessToken(null);
            account = fresh.build();
        }
    }

    private record Completing(CompletableFuture<Map<String, List<String>>> headers) implements RequestMetadataCallback {
        @Override
        public void onSuccess(Map<String, List<String>> metadata) {
            headers.complete(metadata);
        }

        @Override
        public void onFailure(Throwable failure) {
            headers.completeExceptionally(failure);
        }
    }
}
