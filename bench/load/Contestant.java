package load;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;

/// One of those that are compared, as a process.
///
/// @param startedAt in nanoseconds
record Contestant(Kind kind, Child child, int port, Tokens tokens, Usage.Watched watched,
        long startedAt) implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final int ASK_EVERY_MS = 10;
    private static final Duration WARM_UP_STEP = Duration.ofSeconds(2);
    private static final Duration WARM_UP_AT_MOST = Duration.ofMinutes(3);

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    Http http() {
        return new Http(url());
    }

    double msSinceStart() {
        return (System.nanoTime() - startedAt) / 1e6;
    }

    Contestant awaitReady() throws IOException, InterruptedException {
        var http = http();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (true) {
            try {
                http.get(kind.health()).mustBe(200, "health");
                return this;
            } catch (IOException notYet) {
                if (!child.lives() || System.nanoTime() > deadline) {
                    throw child.failed("is not ready: " + notYet.getMessage());
                }
                Thread.sleep(ASK_EVERY_MS);
            }
        }
    }

    Crowd crowd(int users) throws IOException, InterruptedException {
        return Crowd.connected(http(), tokens, kind.protocol(), users);
    }

    /// Counted in calls and not in seconds: what the JIT compiler has done by then depends on the calls.
    static void warmUp(Crowd crowd, int pairs, int calls) {
        long giveUpAt = System.nanoTime() + WARM_UP_AT_MOST.toNanos();
        for (int made = 0; made < calls && System.nanoTime() < giveUpAt;) {
            var result = Load.closed(crowd, pairs, WARM_UP_STEP);
            if (result.errors() > 0) {
                throw new IllegalStateException(result.errors() + " calls of the warm-up failed");
            }
            made += result.calls().size();
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        child.close();
    }
}
