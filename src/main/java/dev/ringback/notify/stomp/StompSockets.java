package dev.ringback.notify.stomp;

import dev.ringback.identity.Requester;
import dev.ringback.identity.SocketUser;
import dev.ringback.notify.Notice;
import dev.ringback.notify.SocketClosed;
import dev.ringback.notify.SocketOpened;
import dev.ringback.notify.Sockets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageSendingOperations;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.simp.user.SimpSession;
import org.springframework.messaging.simp.user.SimpUserRegistry;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.messaging.SessionDisconnectEvent;
import org.springframework.web.socket.messaging.SessionSubscribeEvent;
import tools.jackson.databind.json.JsonMapper;

/// Tells notices to the sockets of this node.
@Component
class StompSockets implements Sockets {
    private static final Logger LOG = LoggerFactory.getLogger(StompSockets.class);
    private static final String DEVICE_ID = "device-id";

    private static final String UNNAMED = "";

    /// Which device listens on a session, by the session's id.
    private final Map<String, String> listening = new ConcurrentHashMap<>();
    private final SimpMessageSendingOperations broker;
    private final SimpUserRegistry users;
    private final ApplicationEventPublisher events;
    private final JsonMapper json;

    StompSockets(SimpMessageSendingOperations broker, SimpUserRegistry users, ApplicationEventPublisher events,
            JsonMapper json) {
        this.broker = broker;
        this.users = users;
        this.events = events;
        this.json = json;
    }

    @Override
    public int open() {
        return listening.size();
    }

    @Override
    public String kind() {
        return "stomp";
    }

    @Override
    public boolean reach(String userId) {
        return sessionsOf(userId).anyMatch(listening::containsKey);
    }

    @Override
    public Set<String> devicesOf(String userId) {
        return sessionsOf(userId).map(session -> listening.getOrDefault(session, UNNAMED))
                .filter(device -> !device.equals(UNNAMED))
                .collect(Collectors.toSet());
    }

    @EventListener
    void disconnected(SessionDisconnectEvent event) {
        if (listening.remove(event.getSessionId()) != null && event.getUser() != null) {
            events.publishEvent(new SocketClosed(Requester.of(event.getUser()).userId()));
        }
    }

    private Stream<String> sessionsOf(String userId) {
        var user = users.getUser(SocketUser.nameOf(userId));
        return user == null ? Stream.empty() : user.getSessions().stream().map(SimpSession::getId);
    }

    @Override
    public int tell(Notice notice) {
        var user = users.getUser(SocketUser.nameOf(notice.recipient()));
        if (user == null) {
            return 0;
        }
        byte[] body = json.writeValueAsBytes(notice);
        int told = 0;
        for (var session : user.getSessions()) {
            told += send(session.getId(), body);
        }
        return told;
    }

    /// The broker knows the subscription by now, so that nothing falls between the snapshot and the live events.
    @EventListener
    void subscribed(SessionSubscribeEvent event) {
        var frame = MessageHeaderAccessor.getAccessor(event.getMessage(), StompHeaderAccessor.class);
        if (frame == null || event.getUser() == null || !Destinations.CALLS.equals(frame.getDestination())) {
            return;
        }
        var sessionId = frame.getSessionId();
        if (sessionId != null) {
            var device = frame.getFirstNativeHeader(DEVICE_ID);
            listening.put(sessionId, device == null ? UNNAMED : device);
            events.publishEvent(
                    new SocketOpened(Requester.of(event.getUser()).userId(), device,
                            notice -> send(sessionId, json.writeValueAsBytes(notice))));
        }
    }

    private int send(String sessionId, byte[] body) {
        var headers = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
        headers.setSessionId(sessionId);
        headers.setContentType(MediaType.APPLICATION_JSON);
        try {
            broker.send(Destinations.callsOf(sessionId),
                    MessageBuilder.createMessage(body, headers.getMessageHeaders()));
            return 1;
        } catch (MessagingException failure) {
            LOG.debug("Socket {} was not told", sessionId, failure);
            return 0;
        }
    }
}
