package load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// All users, in pairs, with their sockets open.
final class Crowd implements AutoCloseable {
    private static final int CONNECTING_AT_ONCE = 32;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(9);

    private final List<Http> nodes;
    private final List<User> users = new ArrayList<>();
    private final Queue<Pair> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private Crowd(List<Http> nodes) {
        this.nodes = nodes;
    }

    /// Connects the users; their names are new in every run, so that no earlier run's calls meet them.
    static Crowd connected(Http http, Tokens tokens, Protocol protocol, int size)
            throws IOException, InterruptedException {
        return connected(http, http, tokens, protocol, size);
    }

    /// The same with callers and called users at different nodes.
    static Crowd connected(Http callers, Http calleds, Tokens tokens, Protocol protocol, int size)
            throws IOException, InterruptedException {
        var crowd = new Crowd(callers.equals(calleds) ? List.of(callers) : List.of(callers, calleds));
        var run = "bench-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        try (var connecting = Executors.newFixedThreadPool(CONNECTING_AT_ONCE, Thread.ofVirtual().factory())) {
            var pairs = new ArrayList<Future<Pair>>();
            for (int i = 0; i < size / 2; i++) {
                var name = run + "-" + i;
                pairs.add(connecting.submit(() -> new Pair(User.connected(name + "-caller", callers, tokens, protocol),
                        User.connected(name + "-called", calleds, tokens, protocol))));
            }
            for (var pair : pairs) {
                crowd.add(pair.get());
            }
        } catch (ExecutionException failure) {
            crowd.close();
            throw new IOException("the users could not connect: " + failure.getCause().getMessage(), failure);
        }
        Thread.ofPlatform().daemon().name("heartbeats").start(crowd::heartbeats);
        return crowd;
    }

    /// Holds connections open for so many requests at once.
    void prepare(int requests) throws IOException {
        for (var node : nodes) {
            node.prepare(requests);
        }
    }

    /// Takes the pair that has been idle longest, or null when all are in a call.
    Pair take() {
        return idle.poll();
    }

    void giveBack(Pair pair) {
        idle.add(pair);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (var user : users) {
            user.close();
        }
    }

    private void add(Pair pair) {
        users.add(pair.caller());
        users.add(pair.called());
        idle.add(pair);
    }

    /// One socket after the other, as phones would, and not all at one moment.
    private void heartbeats() {
        while (!closed) {
            for (var user : users) {
                LockSupport.parkNanos(HEARTBEAT_NANOS / users.size());
                try {
                    user.heartbeat();
                } catch (IOException _) {
                    // the reader of this socket sees its end too, and fails the user's next call
                }
            }
        }
    }
}
