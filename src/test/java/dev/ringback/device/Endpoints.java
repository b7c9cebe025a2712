package dev.ringback.device;

import dev.ringback.net.NameLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Endpoint rules for tests of other modules, and names that resolve as a test says.
public final class Endpoints {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Endpoints() {}

    /// The rules as they come, which believe the browsers' push services only.
    public static EndpointRules standard(String... addresses) {
        return rules(standardHosts(), false, addresses);
    }

    /// Rules that believe these hosts and any address.
    public static EndpointRules closedNetwork(String... hosts) {
        return new EndpointRules(new EndpointSettings(List.of(hosts), true), NameLookup.system());
    }

    /// Rules under which every name resolves to the first address at first, then to the next; the last one stays.
    public static EndpointRules rules(List<String> hosts, boolean allowPrivate, String... addresses) {
        Deque<String> next = new ArrayDeque<>(List.of(addresses));
        return new EndpointRules(new EndpointSettings(hosts, allowPrivate),
                new NameLookup(_ -> resolve(next.size() > 1 ? next.pop() : next.peek()), LIMIT));
    }

    static List<String> standardHosts() {
        return List.of("fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.services.mozilla.com",
                "web.push.apple.com", "*.push.apple.com", "*.notify.windows.com");
    }

    private static List<InetAddress> resolve(String addresses) throws UnknownHostException {
        if (addresses.isEmpty()) {
            throw new UnknownHostException();
        }
        return List.of(addresses.split("\\+", -1)).stream().map(InetAddress::ofLiteral).toList();
    }
}
