package dev.ringback.net;

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
public final class NameLookup {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Resolver resolver;
    private final Duration limit;
    private final ConcurrentHashMap<String, FutureTask<List<InetAddress>>> running = new ConcurrentHashMap<>();

    /// @param limit of the wait for an answer
    public NameLookup(Resolver resolver, Duration limit) {
        this.resolver = resolver;
        this.limit = limit;
    }

    /// Asks whom the machine asks, for 2 s at most.
    public static NameLookup system() {
        return new NameLookup(host -> List.of(InetAddress.getAllByName(host)), LIMIT);
    }

    /// The addresses of a host.
    ///
    /// @throws UnknownHostException if there is none, or no answer in time
    public List<InetAddress> lookup(String host) throws UnknownHostException {
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
        Thread.ofPlatform().daemon().name("guarded-dns").start(lookup);
        return lookup;
    }

    private static UnknownHostException unknown(Throwable cause) {
        var unknown = new UnknownHostException("the host does not resolve");
        unknown.initCause(cause);
        return unknown;
    }

    /// Whom to ask.
    @FunctionalInterface
    public interface Resolver {
        /// The addresses of a host; may take as long as it likes.
        List<InetAddress> lookup(String host) throws UnknownHostException;
    }
}
