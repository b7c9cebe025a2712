package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageDeliveryException;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A user's device with a real STOMP client on a real socket.
public final class StompUser implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final WebSocketStompClient CLIENT = new WebSocketStompClient(new StandardWebSocketClient());
    private static final int WAIT_SECONDS = 10;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> error = new CompletableFuture<>();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final AtomicInteger correlation = new AtomicInteger();
    private final StompSession session;

    private StompUser(int port, @Nullable String token, WebSocketHttpHeaders handshake)
            throws ExecutionException, InterruptedException, TimeoutException {
        var headers = new StompHeaders();
        if (token != null) {
            headers.add("Authorization", "Bearer " + token);
        }
        session = CLIENT.connectAsync("ws://localhost:" + port + "/ws", handshake, headers, new Handler())
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /// Connects and subscribes to events and replies.
    public static StompUser connected(int port, String userId) throws Exception {
        return connected(port, userId, null);
    }

    public static StompUser connected(int port, String userId, @Nullable String deviceId) throws Exception {
        var user = connect(port, Tokens.of(userId));
        user.subscribe("/user/queue/replies", null);
        user.subscribe("/user/queue/calls", deviceId);
        // the server handles the frames of one socket in order: an answer to this says that the subscriptions stand
        user.send("end", "{}");
        return user;
    }

    /// Connects only.
    public static StompUser connect(int port, @Nullable String token) throws Exception {
        return connect(port, token, new WebSocketHttpHeaders());
    }

    public static StompUser connect(int port, @Nullable String token, WebSocketHttpHeaders handshake) throws Exception {
        return new StompUser(port, token, handshake);
    }

    public void subscribe(String destination, @Nullable String deviceId) {
        var headers = new StompHeaders();
        headers.setDestination(destination);
        if (deviceId != null) {
            headers.add("device-id", deviceId);
        }
        unlessRefused(() -> session.subscribe(headers, new Handler()));
    }

    /// Sends a command and waits for its answer.
    public Reply send(String command, String body, String... nativeHeaders) throws InterruptedException {
        var id = "c" + correlation.incrementAndGet();
        var headers = new StompHeaders();
        headers.setDestination("/app/call/" + command);
        headers.add("correlation-id", id);
        for (int i = 0; i < nativeHeaders.length; i += 2) {
            headers.add(nativeHeaders[i], nativeHeaders[i + 1]);
        }
        session.send(headers, body.getBytes(StandardCharsets.UTF_8));
        var reply = replies.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(reply).as("answer to " + command).isNotNull();
        assertThat(reply.correlationId()).isEqualTo(id);
        return reply;
    }

    public void sendTo(String destination, String body) {
        unlessRefused(() -> session.send(destination, body.getBytes(StandardCharsets.UTF_8)));
    }

    /// The server may refuse a frame and close the socket before the client has noticed that it was written, or just before
    /// it writes the next; what it refused is told by [#refusal()].
    private static void unlessRefused(Runnable frame) {
        try {
            frame.run();
        } catch (MessageDeliveryException | IllegalStateException _) {
            // the socket has closed: whoever waits for an event or a refusal learns which
        }
    }

    /// The next event, which must be of this type.
    public JsonNode next(String type) throws InterruptedException {
        var event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(event).as("event " + type).isNotNull();
        assertThat(event.body().get("type").asString()).as(event.toString()).isEqualTo(type);
        return event.body();
    }

    /// Everything that came until now and was not asked for.
    public List<JsonNode> rest() {
        return restAsItCame().stream().map(Event::body).toList();
    }

    /// The same with the time at which each came.
    public List<Event> restAsItCame() {
        var rest = new ArrayList<Event>();
        events.drainTo(rest);
        return rest;
    }

    /// Says that nothing has come: an answered command after it proves that all that was before it has been handled.
    public void nothingMore() throws InterruptedException {
        send("end", "{}");
        assertThat(rest()).isEmpty();
    }

    /// The `message` of the ERROR frame that the server closed with.
    public String refusal() throws Exception {
        return error.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    public void waitUntilClosed() throws Exception {
        closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    public boolean isConnected() {
        return session.isConnected();
    }

    @Override
    public void close() {
        if (session.isConnected()) {
            unlessRefused(session::disconnect);
        }
    }

    /// What came unasked, and when.
    public record Event(JsonNode body, Instant at) {}

    /// The answer to a command.
    public record Reply(String correlationId, int status, String contentType, JsonNode body) {
        public JsonNode mustBe(int expected) {
            assertThat(status).as(body.toString()).isEqualTo(expected);
            return body;
        }

        public JsonNode mustBe(int expected, String code) {
            assertThat(contentType).isEqualTo("application/problem+json");
            assertThat(mustBe(expected).get("code").asString()).isEqualTo(code);
            return body;
        }
    }

    private final class Handler extends StompSessionHandlerAdapter {
        @Override
        public Type getPayloadType(StompHeaders headers) {
            return byte[].class;
        }

        @Override
        public void handleFrame(StompHeaders headers, @Nullable Object payload) {
            var body = payload instanceof byte[] bytes && bytes.length > 0
                    ? JSON.readTree(bytes)
                    : JSON.createObjectNode();
            if ("/user/queue/calls".equals(headers.getDestination())) {
                events.add(new Event(body, Clock.systemUTC().instant()));
            } else if ("/user/queue/replies".equals(headers.getDestination())) {
                replies.add(new Reply(String.valueOf(headers.getFirst("correlation-id")),
                        Integer.parseInt(String.valueOf(headers.getFirst("status"))),
                        String.valueOf(headers.getContentType()), body));
            } else {
                error.complete(String.valueOf(headers.getFirst("message")));
            }
        }

        @Override
        public void handleException(StompSession stomp, @Nullable StompCommand command, StompHeaders headers,
                byte[] payload, Throwable failure) {
            error.completeExceptionally(failure);
        }

        @Override
        public void handleTransportError(StompSession stomp, Throwable failure) {
            closed.complete(true);
        }
    }
}
