package dev.ringback.notify.stomp;

import dev.ringback.identity.Authenticator;
import dev.ringback.identity.RateLimits;
import dev.ringback.identity.SocketCrowd;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/// The open sockets of this node. Each is closed when the token it was opened with expires, or when it has not connected
/// in time: a client that sends something else now and then would else stay for as long as it likes.
final class OpenSockets {
    /// Under which the handshake leaves the client's address.
    static final String ADDRESS = "ringback.address";

    private static final Duration LAST_FRAME_WITHIN = Duration.ofSeconds(2);
    private static final CloseStatus TOKEN_EXPIRED = CloseStatus.POLICY_VIOLATION.withReason("token expired");
    private static final CloseStatus NOT_CONNECTED = CloseStatus.PROTOCOL_ERROR.withReason("CONNECT did not come");
    private static final CloseStatus TOO_MANY = CloseStatus.SERVICE_OVERLOAD.withReason("too many sockets");
    /// Says to clients what to do: come back, to whichever node answers (1012, IANA's WebSocket close codes).
    private static final CloseStatus COME_BACK = CloseStatus.SERVICE_RESTARTED.withReason("reconnect");

    /// The socket whose message this thread is reading: of a frame that cannot be read, Spring does not tell whose it was.
    private static final ScopedValue<OpenSocket> READING = ScopedValue.newInstance();

    private final Map<String, OpenSocket> sockets = new ConcurrentHashMap<>();
    private final SocketCrowd<String> crowd;
    private final TaskScheduler scheduler;
    private final Duration connectWithin;

    OpenSockets(TaskScheduler scheduler, RateLimits limits, Duration connectWithin) {
        this.scheduler = scheduler;
        this.crowd = new SocketCrowd<>(limits);
        this.connectWithin = connectWithin;
    }

    /// Wraps the handler of all sockets, to see them come and go.
    WebSocketHandler watching(WebSocketHandler handler) {
        return new WebSocketHandlerDecorator(handler) {
            @Override
            public void afterConnectionEstablished(WebSocketSession session) throws Exception {
                var socket = new OpenSocket(session, address(session));
                sockets.put(session.getId(), socket);
                super.afterConnectionEstablished(socket);
                if (crowd.mayWait(session.getId(), socket.address())) {
                    endAfter(connectWithin, socket, NOT_CONNECTED);
                } else {
                    socket.closeQuietly(TOO_MANY);
                }
            }

            @Override
            public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
                var socket = sockets.get(session.getId());
                if (socket != null) {
                    ScopedValue.where(READING, socket).call(() -> {
                        super.handleMessage(session, message);
                        return socket;
                    });
                }
            }

            @Override
            public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
                var socket = sockets.remove(session.getId());
                if (socket != null) {
                    socket.endsBy(null);
                    crowd.left(session.getId());
                }
                super.afterConnectionClosed(session, status);
            }
        };
    }

    int count() {
        return sockets.size();
    }

    /// The address of a socket's client, as it was at the handshake.
    String addressOf(String sessionId) {
        var socket = sockets.get(sessionId);
        return socket == null ? "unknown" : socket.address();
    }

    /// Writes a last frame to the socket and closes it.
    ///
    /// @param sessionId the socket's, or null for the one whose message is being read
    void refuse(@Nullable String sessionId, byte[] lastFrame) {
        var socket = sessionId == null ? reading() : sockets.get(sessionId);
        if (socket != null) {
            // whose peer does not read, and so never gets the frame
            endAfter(LAST_FRAME_WITHIN, socket, CloseStatus.PROTOCOL_ERROR);
            socket.refuse(lastFrame);
        }
    }

    private static @Nullable OpenSocket reading() {
        return READING.isBound() ? READING.get() : null;
    }

    /// The socket has proved its user.
    void connected(String sessionId, Authenticator.Session session) {
        var socket = sockets.get(sessionId);
        if (socket != null) {
            endAt(session.expiresAt(), socket, TOKEN_EXPIRED);
            crowd.connected(sessionId, session.user().requester())
                    .ifPresent(oldest -> Thread.ofVirtual()
                            .name("stomp-oldest")
                            .start(() -> refuse(oldest, StompErrors.frame("too many sockets of this user"))));
        }
    }

    private void endAfter(Duration time, OpenSocket socket, CloseStatus why) {
        endAt(scheduler.getClock().instant().plus(time), socket, why);
    }

    private void endAt(Instant moment, OpenSocket socket, CloseStatus why) {
        socket.endsBy(scheduler.schedule(() -> socket.closeQuietly(why), moment));
    }

    /// Sends everybody away before the server closes, which would leave them without a word.
    void closeAll() {
        sockets.values().forEach(socket -> socket.closeQuietly(COME_BACK));
    }

    private static String address(WebSocketSession session) {
        return session.getAttributes().get(ADDRESS) instanceof String address ? address : "unknown";
    }
}
