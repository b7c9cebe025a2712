package dev.ringback.notify.stomp;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/// The open sockets of this node, each closed when the token it was opened with expires.
final class OpenSockets {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSockets.class);
    private static final CloseStatus TOKEN_EXPIRED = CloseStatus.POLICY_VIOLATION.withReason("token expired");
    private static final int LAST_FRAME_WITHIN_SECONDS = 1;

    private final Map<String, Socket> sockets = new ConcurrentHashMap<>();
    private final TaskScheduler scheduler;

    OpenSockets(TaskScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Wraps the handler of all sockets, to see them come and go.
    WebSocketHandler watching(WebSocketHandler handler) {
        return new WebSocketHandlerDecorator(handler) {
            @Override
            public void afterConnectionEstablished(WebSocketSession session) throws Exception {
                var socket = new Socket(session);
                sockets.put(session.getId(), socket);
                super.afterConnectionEstablished(socket);
            }

            @Override
            public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
                var socket = sockets.remove(session.getId());
                if (socket != null) {
                    socket.forgetExpiry();
                }
                super.afterConnectionClosed(session, status);
            }
        };
    }

    /// Writes a last frame to the socket and closes it.
    ///
    /// Past Spring's own buffer: there a frame that comes while another is on its way waits behind it, and is lost when
    /// the socket closes at once.
    void refuse(@Nullable String sessionId, byte[] lastFrame) {
        var socket = sessionId == null ? null : sockets.get(sessionId);
        if (socket != null) {
            socket.refuse(new TextMessage(lastFrame));
        }
    }

    void closeAt(String sessionId, Instant expiresAt) {
        var socket = sockets.get(sessionId);
        if (socket != null) {
            socket.expiry = scheduler.schedule(() -> close(socket), expiresAt);
        }
    }

    private static void close(WebSocketSession session) {
        try {
            session.close(TOKEN_EXPIRED);
        } catch (IOException failure) {
            LOG.debug("Socket {} could not be closed in good order", session.getId(), failure);
        }
    }

    private static final class Socket extends WebSocketSessionDecorator {
        private final Lock writing = new ReentrantLock();
        private volatile @Nullable Future<?> expiry;

        Socket(WebSocketSession session) {
            super(session);
        }

        @Override
        public void sendMessage(WebSocketMessage<?> message) throws IOException {
            writing.lock();
            try {
                super.sendMessage(message);
            } finally {
                writing.unlock();
            }
        }

        void refuse(TextMessage lastFrame) {
            try {
                // a peer that does not read is not waited for
                if (writing.tryLock(LAST_FRAME_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                    try {
                        super.sendMessage(lastFrame);
                    } finally {
                        writing.unlock();
                    }
                }
                close(CloseStatus.PROTOCOL_ERROR);
            } catch (IOException failure) {
                LOG.debug("Socket {} went before it was refused", getId(), failure);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        void forgetExpiry() {
            var pending = expiry;
            if (pending != null) {
                pending.cancel(false);
            }
        }
    }
}
