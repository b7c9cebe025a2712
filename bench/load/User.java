package load;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A user with one device, listening on a socket and sending commands over HTTP.
final class User implements AutoCloseable {
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final String CLOSED = "closed";
    private static final String CONNECTED = "connected";
    private static final String REPLIED = "replied";

    private final String id;
    private final Http http;
    private final String token;
    private final WebSocket socket;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private User(String id, Http http, String token, WebSocket socket) {
        this.id = id;
        this.http = http;
        this.token = token;
        this.socket = socket;
    }

    /// @param callId or, when the socket is gone, why
    /// @param at when its last byte had been read
    record Event(String type, String callId, long at) {}

    /// Connects and subscribes; returns when the service has said that the subscriptions stand.
    static User connected(String id, Http http, Tokens tokens) throws IOException, InterruptedException {
        var user = new User(id, http, tokens.of(id), WebSocket.open(http));
        Thread.ofVirtual().name("read-" + id).start(user::read);
        user.send(Frame.of("CONNECT", "accept-version", "1.2", "heart-beat", "10000,10000", "Authorization",
                "Bearer " + user.token));
        user.await(CONNECTED);
        user.send(Frame.of("SUBSCRIBE", "id", "replies", "destination", "/user/queue/replies"));
        user.send(Frame.of("SUBSCRIBE", "id", "calls", "destination", "/user/queue/calls", "device-id", user.device()));
        // frames of one socket are handled in order: any answer to this one comes after both subscriptions
        user.send(Frame.of("SEND", "destination", "/app/call/end", "correlation-id", "ready").with("{}"));
        user.await(REPLIED);
        return user;
    }

    String id() {
        return id;
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
        long deadline = System.nanoTime() + WAIT_NANOS;
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
        socket.send(Frame.HEARTBEAT);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void send(Frame frame) throws IOException {
        socket.send(frame.text());
    }

    private void read() {
        try {
            while (true) {
                var text = socket.receive();
                long at = System.nanoTime();
                if (!text.equals(Frame.HEARTBEAT)) {
                    events.add(event(Frame.parse(text), at));
                }
            }
        } catch (IOException | RuntimeException failure) {
            events.add(new Event(CLOSED, failure.toString(), System.nanoTime()));
        }
    }

    private static Event event(Frame frame, long at) throws IOException {
        return switch (frame.command()) {
            case "CONNECTED" -> new Event(CONNECTED, "", at);
            case "MESSAGE" -> "replies".equals(frame.headers().get("subscription"))
                    ? new Event(REPLIED, "", at)
                    : new Event(Json.member(frame.body(), "type"), Json.member(frame.body(), "call_id"), at);
            default -> throw new IOException(frame.command() + " " + frame.headers() + " " + frame.body());
        };
    }
}
