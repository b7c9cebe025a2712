package dev.ringback.notify.stomp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.broker.AbstractSubscriptionRegistry;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/// Who subscribes to what, by the exact name of a destination.
///
/// Spring's own registry matches destinations as patterns and, for one not in its cache, looks at every subscription of
/// every session. Here each destination belongs to one socket, so that there are as many as sockets: an event would
/// cost as much as there are users.
final class ExactSubscriptions extends AbstractSubscriptionRegistry {
    /// Two are enough for a client; a few more for one that subscribes anew before it lets the old one go.
    static final int MAX_PER_SESSION = 8;

    /// session id → subscription id → destination
    private final Map<String, Map<String, String>> sessions = new ConcurrentHashMap<>();

    @Override
    protected void addSubscriptionInternal(String sessionId, String subscriptionId, String destination,
            Message<?> message) {
        sessions.compute(sessionId, (_, known) -> {
            var subscriptions = known == null ? new ConcurrentHashMap<String, String>(2) : known;
            if (subscriptions.size() >= MAX_PER_SESSION && !subscriptions.containsKey(subscriptionId)) {
                throw new ClientGate.Refused("too many subscriptions");
            }
            subscriptions.put(subscriptionId, destination);
            return subscriptions;
        });
    }

    @Override
    protected void removeSubscriptionInternal(String sessionId, String subscriptionId, Message<?> message) {
        sessions.computeIfPresent(sessionId, (_, subscriptions) -> {
            subscriptions.remove(subscriptionId);
            return subscriptions.isEmpty() ? null : subscriptions;
        });
    }

    @Override
    public void unregisterAllSubscriptions(String sessionId) {
        sessions.remove(sessionId);
    }

    /// The broker's destinations end with the id of the session they belong to: Spring's translation of `/user/queue/x`
    /// is `/queue/x-user` and that id.
    @Override
    protected MultiValueMap<String, String> findSubscriptionsInternal(String destination, Message<?> message) {
        var found = new LinkedMultiValueMap<String, String>(1);
        int marker = destination.lastIndexOf("-user");
        if (marker >= 0) {
            var sessionId = destination.substring(marker + "-user".length());
            sessions.getOrDefault(sessionId, Map.of()).forEach((subscriptionId, subscribed) -> {
                if (subscribed.equals(destination)) {
                    found.add(sessionId, subscriptionId);
                }
            });
        }
        return found;
    }
}
