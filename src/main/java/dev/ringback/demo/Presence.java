package dev.ringback.demo;

import dev.ringback.identity.ConditionalOnDemoMode;
import dev.ringback.identity.Requester;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.messaging.SessionConnectedEvent;
import org.springframework.web.socket.messaging.SessionDisconnectEvent;

/// Who has the demo page open.
@Component
@ConditionalOnDemoMode
class Presence {
    private final Map<String, Online> sessions = new ConcurrentHashMap<>();

    /// @param userId who is there
    /// @param name how the user is called
    record Online(String userId, String name) {}

    @EventListener
    void connected(SessionConnectedEvent event) {
        var sessionId = SimpMessageHeaderAccessor.getSessionId(event.getMessage().getHeaders());
        if (sessionId != null && event.getUser() != null) {
            var requester = Requester.of(event.getUser());
            sessions.put(sessionId,
                    new Online(requester.userId(), Objects.requireNonNullElse(requester.name(), requester.userId())));
        }
    }

    @EventListener
    void disconnected(SessionDisconnectEvent event) {
        sessions.remove(event.getSessionId());
    }

    /// Everybody who is there, each once, in the order of their ids.
    List<Online> online() {
        return sessions.values().stream().distinct().sorted(Comparator.comparing(Online::userId)).toList();
    }
}
