package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ringback.identity.Authenticator;
import dev.ringback.identity.Authenticators;
import dev.ringback.identity.NoRateLimits;
import dev.ringback.support.Quiet;
import dev.ringback.support.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.stomp.BufferingStompDecoder;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompDecoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ExecutorSubscribableChannel;
import org.springframework.messaging.support.ImmutableMessageChannelInterceptor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.handler.ExceptionWebSocketHandlerDecorator;
import org.springframework.web.socket.messaging.StompSubProtocolHandler;
import org.springframework.web.socket.messaging.SubProtocolWebSocketHandler;

/// What a socket may send, before it says who it is and after: nothing gets past the gate that is not listed, and whatever
/// is wrong ends in one of our own sentences and a closed socket.
@ExtendWith(Quiet.class)
class StompFrameFuzzTests {
    private static final Set<String> SENTENCES = Set.of("malformed frame", "this command is not served",
            "already connected", "a valid bearer token is needed", "connect first",
            "nothing to subscribe to at this destination", "selectors are not served", "this destination takes nothing",
            "too many subscriptions", "too many headers", "a subscription needs an id",
            "the frame could not be handled");
    private static final Authenticator AUTHENTICATOR = Authenticators.ofUserTokens();
    /// Good for longer than any run.
    private static final String TOKEN = Tokens
            .signed(claims -> claims.subject("alice").expirationTime(Date.from(Instant.ofEpochSecond(4_102_444_800L))));

    private static final int MAX_BYTES = 64 * 1024;

    private final OpenSockets sockets = new OpenSockets(new SimpleAsyncTaskScheduler(), NoRateLimits.create(),
            Duration.ofMinutes(1));
    private final ExactSubscriptions subscriptions = new ExactSubscriptions();
    private final List<Message<?>> passed = new ArrayList<>();
    private final WebSocketHandler handler = handler();

    @FuzzTest
    void nothingGetsPastTheGate(byte[] data) throws Exception {
        if (data.length > MAX_BYTES) {
            return;
        }
        var stranger = open();
        receive(stranger, data, false);
        var alice = open();
        send(alice, ("CONNECT\naccept-version:1.2\nAuthorization:Bearer " + TOKEN + "\n\n\0")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(alice.isOpen()).as("the socket of a good token").isTrue();
        passed.clear();
        receive(alice, data, true);
    }

    private void receive(FakeSocket socket, byte[] data, boolean connected) throws Exception {
        send(socket, data);
        passed.forEach(message -> mayPass(message, connected));
        if (isUnreadable(data)) {
            assertThat(socket.isOpen()).as("the socket of an unreadable frame").isFalse();
        }
        assertThat(socket.sent()).hasSize(socket.isOpen() ? 0 : 1).allSatisfy(StompFrameFuzzTests::isOneOfOurs);
        assertThat(subscriptionsOf(socket)).isLessThanOrEqualTo(ExactSubscriptions.MAX_PER_SESSION);
        handler.afterConnectionClosed(socket, CloseStatus.NORMAL);
        subscriptions.unregisterAllSubscriptions(socket.getId());
        passed.clear();
    }

    private static void mayPass(Message<?> message, boolean connected) {
        var frame = Objects.requireNonNull(MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class));
        var command = frame.getCommand();
        if (command == null || command == StompCommand.UNSUBSCRIBE || command == StompCommand.DISCONNECT) {
            return;
        }
        assertThat(connected).as("a %s of somebody unknown", command).isTrue();
        assertThat(Objects.requireNonNull(frame.getUser()).getName()).isEqualTo("alice");
        switch (command) {
            case SUBSCRIBE -> assertThat(frame.getDestination()).isIn(Destinations.SUBSCRIBABLE);
            case SEND -> assertThat(frame.getDestination()).isIn(Destinations.COMMANDS);
            default -> fail("a %s got through", command);
        }
    }

    private static void isOneOfOurs(String frame) {
        assertThat(frame).startsWith("ERROR\n").endsWith("\n\n\0");
        var sentence = frame.lines().filter(line -> line.startsWith("message:")).findFirst().orElseThrow();
        assertThat(sentence.substring("message:".length())).isIn(SENTENCES);
    }

    /// By Spring's own decoder, which throws for what is no frame.
    private static boolean isUnreadable(byte[] data) {
        try {
            new BufferingStompDecoder(new StompDecoder(), MAX_BYTES).decode(ByteBuffer.wrap(data));
            return false;
        } catch (RuntimeException _) {
            return true;
        }
    }

    private FakeSocket open() throws Exception {
        var socket = new FakeSocket();
        handler.afterConnectionEstablished(socket);
        return socket;
    }

    private void send(FakeSocket socket, byte[] data) throws Exception {
        handler.handleMessage(socket, new TextMessage(data));
    }

    private int subscriptionsOf(FakeSocket socket) {
        var message = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
        message.setDestination("/queue/calls-user" + socket.getId());
        return subscriptions.findSubscriptions(MessageBuilder.createMessage(new byte[0], message.getMessageHeaders()))
                .values()
                .stream()
                .mapToInt(List::size)
                .sum();
    }

    /// As Spring puts it together, up to the broker and the commands.
    private WebSocketHandler handler() {
        var inbound = new ExecutorSubscribableChannel();
        inbound.setInterceptors(
                List.of(new ClientGate(AUTHENTICATOR, NoRateLimits.create(), sockets),
                        new ImmutableMessageChannelInterceptor()));
        inbound.subscribe(this::taken);
        var stomp = new StompSubProtocolHandler();
        stomp.setErrorHandler(new StompErrors(sockets));
        var sub = new SubProtocolWebSocketHandler(inbound, new ExecutorSubscribableChannel());
        sub.addProtocolHandler(stomp);
        sub.start();
        return new ExceptionWebSocketHandlerDecorator(sockets.watching(sub));
    }

    private void taken(Message<?> message) {
        passed.add(message);
        var frame = Objects.requireNonNull(MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class));
        if (frame.getCommand() == StompCommand.SUBSCRIBE) {
            var subscribe = SimpMessageHeaderAccessor.create(SimpMessageType.SUBSCRIBE);
            subscribe.setSessionId(frame.getSessionId());
            subscribe.setSubscriptionId(frame.getSubscriptionId());
            subscribe.setDestination("/queue/calls-user" + frame.getSessionId());
            subscriptions.registerSubscription(
                    MessageBuilder.createMessage(new byte[0], subscribe.getMessageHeaders()));
        }
    }
}
