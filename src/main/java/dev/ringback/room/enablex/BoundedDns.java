package dev.ringback.room.enablex;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Dns;

/// Gives up on a resolver that does not answer: OkHttp's call timeout cannot, since a look-up cannot be cancelled.
///
/// Look-ups have platform threads, because the native resolver would hold the carrier of a virtual one. They are few:
/// one for a new connection, not for a request.
record BoundedDns(Dns resolver, Duration limit) implements Dns {
    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
        var lookup = new FutureTask<>(() -> resolver.lookup(hostname));
        Thread.ofPlatform().daemon().name("enablex-dns").start(lookup);
        try {
            return lookup.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unknown(hostname, e);
        } catch (TimeoutException e) {
            throw unknown(hostname, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(hostname, e);
        }
    }

    private static UnknownHostException unknown(String hostname, Throwable cause) {
        var unknown = new UnknownHostException("no address for " + hostname);
        unknown.initCause(cause);
        return unknown;
    }
}
