package load;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A user with one device, listening on a socket and sending commands over HTTP.
final class User implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final String CLOSED = "closed";

    private final String id;
    private final Http http;
    private final String token;
    private final Protocol protocol;
    private final WebSocket socket;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private User(String id, Http http, String token, Protocol protocol) throws IOException {
        this.id = id;
        this.http = http;
        this.token = token;
        this.protocol = protocol;
        this.socket = WebSocket.open(http, protocol);
    }

    /// @param callId or, when the socket is gone, why
    /// @param at when its last byte had been read
    record Event(String type, String callId, long at) {}

    /// Connects; returns when the service has said that events will come.
    static User connected(String id, Http http, Tokens tokens, Protocol protocol)
            throws IOException, InterruptedException {
        var user = new User(id, http, tokens.of(id), protocol);
        Thread.ofVirtual().name("read-" + id).start(user::read);
        protocol.open(user);
        return user;
    }

    String id() {
        return id;
    }

    String token() {
        return token;
    }

    /// The id of the user's only device.
    String device() {
        return "device-of-" + id;
    }

    Http.Answer post(String command, String json) throws IOException {
        return http.post("/api/call/" + command, token, json);
    }

    /// The next event of this type; others are passed over.
    Event await(String type) throws IOException, InterruptedException {
        return await(type, WAIT);
    }

    Event await(String type, Duration atMost) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            var event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new IOException(id + " waited for " + type + " in vain");
            }
            if (event.type.equals(CLOSED)) {
                throw new IOException(id + " lost the socket: " + event.callId);
            }
            if (event.type.equals(type)) {
                return event;
            }
        }
    }

    void heartbeat() throws IOException {
        if (!protocol.heartbeat().isEmpty()) {
            socket.send(protocol.heartbeat());
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    void send(String text) throws IOException {
        socket.send(text);
    }

    void notice(Event event) {
        events.add(event);
    }

    private void read() {
        try {
            while (true) {
                var text = socket.receive();
                protocol.take(this, text, System.nanoTime());
            }
        } catch (IOException | RuntimeException failure) {
            notice(new Event(CLOSED, failure.toString(), System.nanoTime()));
        }
    }
}
