package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client that writes packets by hand, over a WebSocket.
final class RawClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int WAIT_SECONDS = 20;

    private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    /// @param headers of the handshake
    RawClient(int port, String... headers) {
        var handshake = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            handshake.header(headers[i], headers[i + 1]);
        }
        socket = handshake
                .buildAsync(URI.create("ws://localhost:" + port + "/socket.io/?EIO=4&transport=websocket"),
                        new Listener())
                .join();
    }

    /// A request of one's own making.
    static HttpResponse<String> request(int port, String method, String pathAndQuery, @Nullable String body,
            String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + pathAndQuery))
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    void send(String packet) {
        socket.sendText(packet, true).join();
    }

    void sendBytes(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    void sendText(String part, boolean last) {
        socket.sendText(part, last).join();
    }

    /// The next packet that is no heartbeat, or `close` and the reason.
    String next() throws InterruptedException {
        var packet = packets.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(packet).as("a packet").isNotNull();
        return Objects.requireNonNull(packet);
    }

    /// Reads on until such a packet comes.
    String until(String start) throws InterruptedException {
        var packet = next();
        while (!packet.startsWith(start)) {
            packet = next();
        }
        return packet;
    }

    /// Reads on until a packet of each such start has come, in whatever order; returns the first of each.
    Map<String, String> untilEach(String... starts) throws InterruptedException {
        var found = new HashMap<String, String>();
        while (found.size() < starts.length) {
            var packet = next();
            Stream.of(starts).filter(packet::startsWith).forEach(start -> found.putIfAbsent(start, packet));
        }
        return found;
    }

    /// Waits for the end of the connection, and tries whether it is there: the JDK's client may miss one that comes right
    /// after the handshake.
    void untilClosed() {
        await().until(() -> {
            try {
                socket.sendText("6", true).get();
                return false;
            } catch (ExecutionException _) {
                return true;
            }
        });
    }

    /// Into the main namespace.
    RawClient greeted() throws InterruptedException {
        assertThat(next()).startsWith("0{");
        send("40");
        assertThat(next()).startsWith("40{");
        return this;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                var packet = text.toString();
                text.setLength(0);
                if (packet.equals("2")) {
                    var _ = webSocket.sendText("3", true);
                } else {
                    packets.add(packet);
                }
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            packets.add("close " + status);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable failure) {
            packets.add("close");
        }
    }
}
