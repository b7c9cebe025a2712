package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.NodePeer;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// Users with the real Socket.IO client, in one Node process, each by a name of the test's.
final class Peers implements AutoCloseable {
    static final List<String> WEB_SOCKET = List.of("websocket");
    static final List<String> POLLING = List.of("polling");
    /// What the client does by itself: it polls, and changes to a WebSocket.
    static final List<String> BOTH = List.of("polling", "websocket");

    private final NodePeer node;
    private final int port;
    private final AtomicInteger asked = new AtomicInteger();

    Peers(int port) throws IOException, InterruptedException {
        this.node = NodePeer.start("socketio.js");
        this.port = port;
    }

    /// Connects with a token in `auth`, and waits until the user is registered.
    void connected(String as, String userId, List<String> transports) throws Exception {
        connected(as, Map.of("token", Tokens.of(userId)), transports);
    }

    void connected(String as, Map<String, ?> auth, List<String> transports) throws Exception {
        open(as, Map.of("auth", auth, "transports", transports));
        node.next(as + " registered");
    }

    /// Connects.
    ///
    /// @param options of the client
    void open(String as, Map<String, ?> options) throws IOException {
        open(as, "http://localhost:" + port, options);
    }

    void open(String as, String url, Map<String, ?> options) throws IOException {
        node.send(Map.of("do", "open", "as", as, "url", url, "options", options));
    }

    /// Emits without asking for an acknowledgement.
    void emit(String as, String event, Object... arguments) throws IOException {
        node.send(Map.of("do", "emit", "as", as, "name", event, "args", List.of(arguments)));
    }

    /// Emits and waits for the acknowledgement.
    JsonNode ask(String as, String event, Object... arguments) throws Exception {
        var ack = "ack" + asked.incrementAndGet();
        var message = new HashMap<String, Object>(
                Map.of("do", "emit", "as", as, "name", event, "ack", ack, "args", List.of(arguments)));
        node.send(message);
        return next(as, ack);
    }

    /// The next event of this name.
    JsonNode next(String as, String event) throws InterruptedException {
        return node.next(as + " " + event).path("data");
    }

    /// From now on the client reads nothing.
    void pause(String as) throws Exception {
        node.send(Map.of("do", "pause", "as", as));
        next(as, "paused");
    }

    void close(String as) throws IOException {
        node.send(Map.of("do", "close", "as", as));
    }

    /// Says that nothing of this name has come: an answered command after it proves that all before it has been handled.
    void nothing(String as, String event) throws Exception {
        ask(as, "end_call", Map.of());
        assertThat(node.others()).noneSatisfy(
                line -> assertThat(line.path("event").asString()).isEqualTo(as + " " + event));
    }

    /// Closes all that are open.
    void leave() throws Exception {
        node.send(Map.of("do", "quit"));
        next("all", "gone");
    }

    @Override
    public void close() {
        node.close();
    }
}
