package dev.ringback.device;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Resolves host names without waiting longer than a limit, and asks once for all who ask at the same time.
///
/// Look-ups have platform threads, because the native resolver would hold the carrier of a virtual one and cannot be
/// interrupted. A name server that is silent costs one thread a name, not one a message.
final class NameLookup {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Resolver resolver;
    private final Duration limit;
    private final ConcurrentHashMap<String, FutureTask<List<InetAddress>>> running = new ConcurrentHashMap<>();

    NameLookup(Resolver resolver, Duration limit) {
        this.resolver = resolver;
        this.limit = limit;
    }

    static NameLookup system() {
        return new NameLookup(host -> List.of(InetAddress.getAllByName(host)), LIMIT);
    }

    List<InetAddress> lookup(String host) throws UnknownHostException {
        try {
            return running.compute(host, this::shared).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            throw unknown(failure);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw unknown(interrupt);
        }
    }

    /// A look-up that is over is not shared, though it may not be removed yet: its answer is an old one.
    private FutureTask<List<InetAddress>> shared(String host, @Nullable FutureTask<List<InetAddress>> known) {
        return known == null || known.isDone() ? start(host) : known;
    }

    private FutureTask<List<InetAddress>> start(String host) {
        var lookup = new FutureTask<>(() -> resolver.lookup(host)) {
            @Override
            protected void done() {
                running.remove(host, this);
            }
        };
        Thread.ofPlatform().daemon().name("web-push-dns").start(lookup);
        return lookup;
    }

    private static UnknownHostException unknown(Throwable cause) {
        var unknown = new UnknownHostException("the host does not resolve");
        unknown.initCause(cause);
        return unknown;
    }

    /// Whom to ask.
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> lookup(String host) throws UnknownHostException;
    }
}
