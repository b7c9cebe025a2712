package dev.ringback.notify;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/// Who listens on this node, for the other nodes to know.
@Component
class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final ConcurrentHashMap<String, Boolean> users = new ConcurrentHashMap<>();
    private final ConnectedSockets sockets;
    private final @Nullable OtherNodes others;

    Listeners(ConnectedSockets sockets, ObjectProvider<OtherNodes> others) {
        this.sockets = sockets;
        this.others = others.getIfAvailable();
    }

    Set<String> all() {
        return users.keySet();
    }

    /// Before the snapshot is read: what happens in between then arrives twice, and not never.
    @EventListener
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void opened(SocketOpened socket) {
        if (others != null) {
            var heard = new AtomicReference<CompletionStage<Boolean>>(CompletableFuture.completedFuture(true));
            users.compute(socket.userId(), (userId, listens) -> {
                // it may have closed meanwhile
                if (listens == null && sockets.reachHere(userId)) {
                    heard.set(others.listens(userId));
                    return true;
                }
                return listens;
            });
            if (!heard.get().toCompletableFuture().join()) {
                LOG.debug("What other nodes tell {} will arrive later", socket.userId());
            }
        }
    }

    @EventListener
    void closed(SocketClosed socket) {
        if (others != null) {
            users.compute(socket.userId(), (userId, listens) -> {
                if (listens == null || sockets.reachHere(userId)) {
                    return listens;
                }
                others.left(userId);
                return null;
            });
        }
    }
}
