package dev.ringback.notify.stomp;

import dev.ringback.identity.Authenticator;
import dev.ringback.identity.RateLimits;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.messaging.support.NativeMessageHeaderAccessor;

/// Stands before everything a client sends, and refuses what is not allowed by name.
///
/// Behind it is Spring's broker, to which a SUBSCRIBE or SEND is as good as any other: without the gate a client could
/// listen to other users' queues or write into them.
final class ClientGate implements ChannelInterceptor {
    private static final String AUTHORIZATION = "Authorization";
    /// Some times what a client of any library sends.
    private static final int MOST_HEADERS = 64;

    private final Authenticator authenticator;
    private final RateLimits limits;
    private final OpenSockets sockets;

    ClientGate(Authenticator authenticator, RateLimits limits, OpenSockets sockets) {
        this.authenticator = authenticator;
        this.limits = limits;
        this.sockets = sockets;
    }

    @Override
    public @Nullable Message<?> preSend(Message<?> message, MessageChannel channel) {
        var frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
        if (frame == null) {
            throw new Refused("malformed frame");
        }
        mayBe(headers(frame) <= MOST_HEADERS, "too many headers");
        var command = frame.getCommand();
        if (command == null) {
            // a heartbeat
            return message;
        }
        switch (command) {
            case CONNECT, STOMP -> connect(frame);
            case SUBSCRIBE -> subscribe(frame);
            case SEND -> send(frame);
            case UNSUBSCRIBE, DISCONNECT -> {
            }
            default -> throw new Refused("this command is not served");
        }
        return message;
    }

    private void connect(StompHeaderAccessor frame) {
        mayBe(frame.getUser() == null, "already connected");
        var sessionId = sessionId(frame);
        var session = authenticator.authenticate(frame.getFirstNativeHeader(AUTHORIZATION))
                .orElseThrow(() -> anonymous(sockets.addressOf(sessionId)));
        frame.setUser(session.user());
        // the token has done its work: nothing behind the gate sees it
        frame.removeNativeHeader(AUTHORIZATION);
        frame.removeNativeHeader("passcode");
        sockets.connected(sessionId, session);
    }

    private Refused anonymous(String address) {
        return new Refused(limits.takeAnonymous(address) ? "a valid bearer token is needed" : "too many requests");
    }

    private static void subscribe(StompHeaderAccessor frame) {
        mayBe(frame.getUser() != null, "connect first");
        mayBe(Destinations.SUBSCRIBABLE.contains(frame.getDestination()),
                "nothing to subscribe to at this destination");
        mayBe(frame.getSubscriptionId() != null, "a subscription needs an id");
        mayBe(frame.getFirstNativeHeader("selector") == null, "selectors are not served");
    }

    private static void send(StompHeaderAccessor frame) {
        mayBe(frame.getUser() != null, "connect first");
        mayBe(Destinations.COMMANDS.contains(frame.getDestination()), "this destination takes nothing");
    }

    private static int headers(StompHeaderAccessor frame) {
        return frame.getMessageHeaders().get(NativeMessageHeaderAccessor.NATIVE_HEADERS) instanceof Map<?, ?> headers
                ? headers.values().stream().mapToInt(values -> ((List<?>) values).size()).sum()
                : 0;
    }

    private static String sessionId(StompHeaderAccessor frame) {
        var sessionId = frame.getSessionId();
        if (sessionId == null) {
            throw new Refused("no session");
        }
        return sessionId;
    }

    private static void mayBe(boolean allowed, String otherwise) {
        if (!allowed) {
            throw new Refused(otherwise);
        }
    }

    /// A frame that is not let in. The sentence goes to the client, so it is one of ours and holds nothing of the frame.
    static final class Refused extends RuntimeException {
        Refused(String sentence) {
            super(sentence, null, false, false);
        }
    }
}
