package dev.ringback.notify;

import static java.util.stream.Collectors.toSet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/// The sockets of every kind.
@Component
class ConnectedSockets {
    private final List<Sockets> kinds;

    ConnectedSockets(List<Sockets> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    /// Hands a notice to every socket of its recipient.
    ///
    /// @return how many that were, by their kind; a kind that told nobody is left out
    Map<String, Integer> tell(Notice notice) {
        var told = new LinkedHashMap<String, Integer>();
        for (var sockets : kinds) {
            int count = sockets.tell(notice);
            if (count > 0) {
                told.put(sockets.kind(), count);
            }
        }
        return told;
    }

    /// Whether the user listens on any socket here.
    boolean reach(String userId) {
        return kinds.stream().anyMatch(sockets -> sockets.reach(userId));
    }

    /// The devices on which the user listens here, as far as their sockets said which they are.
    Set<String> devicesOf(String userId) {
        return kinds.stream().flatMap(sockets -> sockets.devicesOf(userId).stream()).collect(toSet());
    }
}
