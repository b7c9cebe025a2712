package dev.ringback.notify.stomp;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.web.socket.messaging.StompSubProtocolErrorHandler;

/// The ERROR frame before a socket closes. Spring's own carries the text of the exception; here a client reads the
/// gate's fixed sentences and otherwise nothing.
final class StompErrors extends StompSubProtocolErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(StompErrors.class);
    private static final byte[] EMPTY = new byte[0];

    private static final StompEncoder ENCODER = new StompEncoder();

    private final OpenSockets sockets;

    StompErrors(OpenSockets sockets) {
        this.sockets = sockets;
    }

    /// Answers null: the frame is written and the socket closed here.
    @Override
    public @Nullable Message<byte[]> handleClientMessageProcessingError(@Nullable Message<byte[]> clientMessage,
            Throwable failure) {
        var refused = refused(failure);
        if (refused == null) {
            LOG.warn("A frame of a client could not be handled: {}", failure.toString());
        }
        if (clientMessage != null) {
            var sentence = refused == null ? "the frame could not be handled" : refused.getMessage();
            sockets.refuse(SimpMessageHeaderAccessor.getSessionId(clientMessage.getHeaders()), frame(sentence));
        }
        return null;
    }

    /// An ERROR frame.
    static byte[] frame(@Nullable String sentence) {
        var frame = StompHeaderAccessor.create(StompCommand.ERROR);
        frame.setMessage(sentence);
        return ENCODER.encode(frame.getMessageHeaders(), EMPTY);
    }

    private static ClientGate.@Nullable Refused refused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientGate.Refused refused) {
                return refused;
            }
        }
        return null;
    }
}
