package dev.ringback.notify;

import static java.util.stream.Collectors.toSet;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// The sockets of every kind, on this node and the others.
@Component
class ConnectedSockets {
    /// In the place of a kind.
    private static final String ON_OTHER_NODES = "on other nodes";

    private final List<Sockets> kinds;
    private final @Nullable OtherNodes others;

    @Autowired
    ConnectedSockets(List<Sockets> kinds, ObjectProvider<OtherNodes> others, MeterRegistry metrics) {
        this(kinds, others.getIfAvailable());
        kinds.forEach(sockets -> Gauge.builder("ringback.sockets", sockets, Sockets::open)
                .description("sockets that listen on this node")
                .tag("kind", sockets.kind())
                .register(metrics));
    }

    ConnectedSockets(List<Sockets> kinds, @Nullable OtherNodes others) {
        this.kinds = List.copyOf(kinds);
        this.others = others;
    }

    /// Hands a ring to every socket of its recipient.
    ///
    /// @return how many that were, by their kind, and on how many other nodes the recipient is; a kind that told nobody is left
    ///         out
    Map<String, Integer> ring(Notice notice) {
        var told = tellHere(notice);
        int nodes = others == null ? 0 : others.tell(notice);
        if (nodes > 0) {
            told.put(ON_OTHER_NODES, nodes);
        }
        return told;
    }

    /// Hands a notice to every socket of its recipient, and waits for nobody.
    void tell(Notice notice) {
        tellHere(notice);
        if (others != null) {
            others.pass(notice);
        }
    }

    @EventListener
    void arrived(NoticeArrived arrived) {
        tellHere(arrived.notice());
    }

    /// Hands a notice to the sockets of this node.
    Map<String, Integer> tellHere(Notice notice) {
        var told = new LinkedHashMap<String, Integer>();
        for (var sockets : kinds) {
            int count = sockets.tell(notice);
            if (count > 0) {
                told.put(sockets.kind(), count);
            }
        }
        return told;
    }

    /// Whether the user listens on any socket, or may do so on a node that cannot be asked; may wait for that a little.
    boolean mayReach(String userId) {
        return reachHere(userId) || (others != null && others.reach(userId) != OtherNodes.Answer.ABSENT);
    }

    /// Whether the user listens on any socket of this node.
    boolean reachHere(String userId) {
        return kinds.stream().anyMatch(sockets -> sockets.reach(userId));
    }

    /// The devices on which the user listens here, as far as their sockets said which they are.
    Set<String> devicesOf(String userId) {
        return kinds.stream().flatMap(sockets -> sockets.devicesOf(userId).stream()).collect(toSet());
    }
}
