package dev.ringback.notify.stomp;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/// One socket, with a way past Spring's own buffer: there a frame that comes while another is on its way waits behind it,
/// and is lost when the socket closes at once.
final class OpenSocket extends WebSocketSessionDecorator {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSocket.class);
    private static final int LAST_FRAME_WITHIN_SECONDS = 1;

    private final Lock writing = new ReentrantLock();
    private final String address;
    private volatile @Nullable Future<?> end;

    OpenSocket(WebSocketSession session, String address) {
        super(session);
        this.address = address;
    }

    String address() {
        return address;
    }

    /// When it closes by itself: in place of what was set before.
    void endsBy(@Nullable Future<?> next) {
        var pending = end;
        end = next;
        if (pending != null) {
            pending.cancel(false);
        }
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

    /// Writes a last frame and closes.
    void refuse(byte[] lastFrame) {
        try {
            // a peer that does not read is not waited for
            if (writing.tryLock(LAST_FRAME_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                try {
                    super.sendMessage(new TextMessage(lastFrame));
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

    void closeQuietly(CloseStatus status) {
        try {
            close(status);
        } catch (IOException failure) {
            LOG.debug("Socket {} could not be closed in good order", getId(), failure);
        }
    }
}
