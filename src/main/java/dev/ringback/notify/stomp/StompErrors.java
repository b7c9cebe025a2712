package dev.ringback.notify.stomp;

import static java.util.stream.Collectors.joining;

import java.util.Objects;
import java.util.stream.Stream;
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
    /// No more is said of a frame that cannot be read, nor logged: Spring's words repeat it, and it may hold a token.
    private static final String MALFORMED = "malformed frame";

    private static final StompEncoder ENCODER = new StompEncoder();

    private final OpenSockets sockets;

    StompErrors(OpenSockets sockets) {
        this.sockets = sockets;
    }

    /// Answers null: the frame is written and the socket closed here.
    @Override
    public @Nullable Message<byte[]> handleClientMessageProcessingError(@Nullable Message<byte[]> clientMessage,
            Throwable failure) {
        var sentence = clientMessage == null ? MALFORMED : sentence(failure);
        sockets.refuse(
                clientMessage == null ? null : SimpMessageHeaderAccessor.getSessionId(clientMessage.getHeaders()),
                frame(sentence));
        return null;
    }

    /// An ERROR frame.
    static byte[] frame(String sentence) {
        var frame = StompHeaderAccessor.create(StompCommand.ERROR);
        frame.setMessage(sentence);
        return ENCODER.encode(frame.getMessageHeaders(), EMPTY);
    }

    /// The kinds of failures only: the words of one that complains of a header repeat it.
    private static String kinds(Throwable failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(cause -> cause.getClass().getName())
                .collect(joining(", by "));
    }

    private static String sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientGate.Refused refused) {
                return Objects.requireNonNull(refused.getMessage());
            }
        }
        LOG.warn("A frame of a client could not be handled: {}", kinds(failure));
        return "the frame could not be handled";
    }
}
