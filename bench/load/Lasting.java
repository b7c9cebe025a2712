package load;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A user as an app is one: opens the socket again when it is gone, then asks for the calls that it knows; sends a command once
/// more that got no answer.
final class Lasting implements AutoCloseable {
    private static final Set<String> FINAL = Set.of("ended", "rejected", "cancelled");
    private static final Duration SENT_AGAIN_FOR = Duration.ofSeconds(15);
    private static final int AGAIN_AFTER_MS = 250;
    private static final int SERVER_ERROR = 500;
    private static final int CREATED = 201;
    private static final int OK = 200;

    private final String id;
    private final Http http;
    private final String token;
    private final Map<String, Known> calls = new HashMap<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile WebSocket socket;
    private volatile boolean closed;

    Lasting(String id, Http http, Tokens tokens) {
        this.id = id;
        this.http = http;
        this.token = tokens.of(id);
    }

    /// @param asked whether it was asked for, because the socket had been gone or nothing came
    record Known(String state, boolean asked) {
        boolean isFinal() {
            return FINAL.contains(state);
        }
    }

    String id() {
        return id;
    }

    int connections() {
        return connections.get();
    }

    int unanswered() {
        return unanswered.get();
    }

    int refused() {
        return refused.get();
    }

    void connect() {
        Thread.ofVirtual().name("socket-" + id).start(this::listen);
    }

    void awaitConnected() throws InterruptedException {
        first.await();
    }

    /// Sends a command that may be repeated until it gets an answer which is none of a server in trouble.
    ///
    /// @param headers more of them, each line with its end
    Http.Answer command(String name, String headers, String json) throws IOException, InterruptedException {
        long giveUpAt = System.nanoTime() + SENT_AGAIN_FOR.toNanos();
        while (true) {
            var trouble = "";
            try {
                var answer = http.post("/api/call/" + name, token, headers, json);
                if (answer.status() < SERVER_ERROR) {
                    return answer;
                }
                refused.incrementAndGet();
                trouble = answer.status() + " " + answer.body();
            } catch (IOException failure) {
                unanswered.incrementAndGet();
                trouble = failure.toString();
            }
            if (System.nanoTime() > giveUpAt) {
                throw new IOException(name + " got no answer: " + trouble);
            }
            Thread.sleep(AGAIN_AFTER_MS);
        }
    }

    /// Calls somebody; returns the call's id.
    String call(String called, String key) throws IOException, InterruptedException {
        var answer = command("initiate", "Idempotency-Key: " + key + "\r\n", "{\"called_id\":\"" + called + "\"}")
                .mustBe(CREATED, "initiate");
        var callId = Json.member(answer.body(), "call_id");
        knows(callId, new Known(Json.member(answer.body(), "state"), false));
        return callId;
    }

    /// Does to a call what one of its users may do.
    void act(String name, String callId) throws IOException, InterruptedException {
        var answer = command(name, "",
                "{\"call_id\":\"" + callId + "\",\"device_id\":\"device-of-" + id + "\"}").mustBe(OK, name);
        knows(callId, new Known(Json.member(answer.body(), "state"), false));
    }

    /// Waits until the call is in this state, or over.
    ///
    /// @throws IOException when that does not come to be known
    Known await(String callId, String state, Duration atMost) throws IOException, InterruptedException {
        try {
            return awaitTold(callId, state, atMost);
        } catch (IOException _) {
            // as a client does whose call should be over by now
            ask();
            return awaitTold(callId, state, Duration.ofMillis(1));
        }
    }

    private synchronized Known awaitTold(String callId, String state, Duration atMost)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            var known = calls.get(callId);
            if (known != null && (known.state.equals(state) || known.isFinal())) {
                return known;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new IOException(id + " was not told that the call is " + state + ", knows "
                        + (known == null ? "nothing of it" : known.state));
            }
            wait(left);
        }
    }

    private synchronized void knows(String callId, Known known) {
        var before = calls.get(callId);
        if (before == null || !before.isFinal()) {
            calls.put(callId, known);
            notifyAll();
        }
    }

    private void listen() {
        while (!closed) {
            try {
                open();
                while (true) {
                    take(socket.receive());
                }
            } catch (IOException | RuntimeException _) {
                pause();
            }
        }
    }

    private void open() throws IOException {
        var made = WebSocket.open(http, Protocol.STOMP);
        socket = made;
        made.send(Frame.of("CONNECT", "accept-version", "1.2", "heart-beat", "0,0", "Authorization", "Bearer " + token)
                .text());
        if (!made.receive().startsWith("CONNECTED\n")) {
            throw new EOFException("not connected");
        }
        made.send(Frame.of("SUBSCRIBE", "id", "replies", "destination", "/user/queue/replies").text());
        made.send(Frame.of("SUBSCRIBE", "id", "calls", "destination", "/user/queue/calls", "device-id",
                "device-of-" + id).text());
        made.send(Frame.of("SEND", "destination", "/app/call/end", "correlation-id", "ready").with("{}").text());
    }

    private void take(String text) throws IOException {
        if (text.contains("\nsubscription:replies\n")) {
            // both subscriptions are there, and what was missed meanwhile can be asked for
            if (connections.getAndIncrement() > 0) {
                Thread.ofVirtual().start(this::ask);
            }
            first.countDown();
        } else if (text.startsWith("MESSAGE\n")) {
            knows(Json.member(text, "call_id"), new Known(Json.member(text, "state"), false));
        }
    }

    private void ask() {
        for (var callId : unfinished()) {
            try {
                var answer = http.get("/api/call/" + callId, token);
                if (answer.status() == OK) {
                    knows(callId, new Known(Json.member(answer.body(), "state"), true));
                }
            } catch (IOException _) {
                unanswered.incrementAndGet();
            }
        }
    }

    private synchronized Set<String> unfinished() {
        var ids = new HashMap<>(calls);
        ids.values().removeIf(Known::isFinal);
        return ids.keySet();
    }

    private static void pause() {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(AGAIN_AFTER_MS, 2 * AGAIN_AFTER_MS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException _) {
            // it is gone, which was wanted
        }
    }
}
