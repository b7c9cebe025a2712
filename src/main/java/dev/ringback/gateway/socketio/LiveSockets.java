package dev.ringback.gateway.socketio;

import static java.util.stream.Collectors.toSet;

import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.transport.NamespaceClient;
import dev.ringback.identity.Authenticator;
import dev.ringback.identity.ClientAddresses;
import dev.ringback.identity.RateLimits;
import dev.ringback.identity.SocketCrowd;
import dev.ringback.notify.Notice;
import dev.ringback.notify.SocketClosed;
import dev.ringback.notify.SocketOpened;
import dev.ringback.notify.Sockets;
import dev.ringback.web.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.TaskScheduler;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/// The open sockets of this node, and whose they are.
///
/// Each is closed when the token it was registered with expires, or when it has not registered in time.
final class LiveSockets implements Sockets {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSockets.class);
    private static final String KIND = "socketio";
    private static final Duration REGISTER_WITHIN = Duration.ofSeconds(15);
    /// How long a last word waits for a client that polls.
    private static final Duration POLL_WITHIN = Duration.ofSeconds(5);

    private final Map<UUID, LiveSocket> sockets = new ConcurrentHashMap<>();
    private final Map<String, Set<LiveSocket>> users = new ConcurrentHashMap<>();
    private final SocketCrowd<LiveSocket> crowd;
    private final ClientAddresses addresses;
    private final TaskScheduler timers;
    private final ApplicationEventPublisher events;
    private final JsonMapper json;
    private final MeterRegistry metrics;

    LiveSockets(RateLimits limits, ClientAddresses addresses, TaskScheduler timers, ApplicationEventPublisher events,
            JsonMapper json, MeterRegistry metrics) {
        this.crowd = new SocketCrowd<>(limits);
        this.addresses = addresses;
        this.timers = timers;
        this.events = events;
        this.json = json;
        this.metrics = metrics;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int open() {
        return sockets.size();
    }

    @Override
    public boolean reach(String userId) {
        return users.containsKey(userId);
    }

    @Override
    public Set<String> devicesOf(String userId) {
        return of(userId).stream().map(LiveSocket::deviceId).flatMap(Stream::ofNullable).collect(toSet());
    }

    @Override
    public int tell(Notice notice) {
        var listening = of(notice.recipient());
        if (listening.isEmpty()) {
            return 0;
        }
        var event = event(notice);
        int told = 0;
        for (var socket : listening) {
            told += send(socket, event) ? 1 : 0;
        }
        return told;
    }

    /// All of them.
    List<LiveSocket> all() {
        return List.copyOf(sockets.values());
    }

    @Nullable
    LiveSocket find(UUID id) {
        return sockets.get(id);
    }

    /// For the library: a client has a connection.
    void opened(SocketIOClient client) {
        var handshake = client.getHandshakeData();
        var socket = new LiveSocket(((NamespaceClient) client).getBaseClient(),
                addressOf(handshake.getAddress(), handshake.getHttpHeaders().getAll(ClientAddresses.FORWARDED_FOR)));
        sockets.put(socket.id(), socket);
        if (crowd.mayWait(socket, socket.address())) {
            endAt(timers.getClock().instant().plus(REGISTER_WITHIN), socket, ProblemCode.UNAUTHENTICATED,
                    "no register event came");
        } else {
            end(socket, "crowd", Outbound.connectError(ProblemCode.RATE_LIMITED, "too many sockets"));
        }
    }

    /// For the library: a client has gone.
    void closed(SocketIOClient client) {
        var socket = sockets.remove(client.getSessionId());
        if (socket != null) {
            socket.isGone();
            crowd.left(socket);
            var who = socket.who();
            if (who != null) {
                forget(socket, who.userId());
                events.publishEvent(new SocketClosed(who.userId()));
            }
        }
    }

    /// The address under which a client counts.
    String addressOf(InetSocketAddress peer, List<String> forwardedFor) {
        return addresses.of(peer.getAddress() == null ? "" : peer.getAddress().getHostAddress(), forwardedFor);
    }

    /// The socket has proved its user, or has done so anew.
    ///
    /// @param deviceId of the client, or null
    void registered(LiveSocket socket, Authenticator.Session session, @Nullable String deviceId) {
        var requester = session.user().requester();
        boolean known = socket.who() != null;
        socket.belongsTo(requester);
        if (deviceId != null) {
            socket.isOn(deviceId);
        }
        endAt(session.expiresAt(), socket, ProblemCode.UNAUTHENTICATED, "token expired");
        var userId = requester.userId();
        users.compute(userId, (_, others) -> {
            var own = others == null ? ConcurrentHashMap.<LiveSocket>newKeySet() : others;
            own.add(socket);
            return own;
        });
        crowd.connected(socket, requester)
                .ifPresent(oldest -> end(oldest, "crowd",
                        Outbound.error(ProblemCode.RATE_LIMITED, "too many sockets of this user")));
        if (socket.isOver()) {
            // it went meanwhile, and was not found
            forget(socket, userId);
            crowd.left(socket);
        } else if (!known) {
            var name = socket.deviceId();
            events.publishEvent(new SocketOpened(userId, name, notice -> send(socket, event(notice))));
        }
    }

    /// Says a last word to a socket that is to stay away.
    ///
    /// @param why it is refused, in a word, for the metric
    void end(LiveSocket socket, String why, Packet... lastWords) {
        refused(why);
        socket.end(lastWords);
        socket.endsBy(timers.schedule(socket::leave, timers.getClock().instant().plus(POLL_WITHIN)));
    }

    /// Counts somebody who was not let in, or not let stay.
    void refused(String why) {
        Counter.builder("ringback.sockets.refused")
                .description("sockets that were not let in")
                .tags("kind", KIND, "reason", why)
                .register(metrics)
                .increment();
    }

    private void endAt(Instant moment, LiveSocket socket, ProblemCode code, String sentence) {
        socket.endsBy(timers.schedule(() -> end(socket, "expired", Outbound.error(code, sentence)), moment));
    }

    private Set<LiveSocket> of(String userId) {
        return users.getOrDefault(userId, Set.of());
    }

    private void forget(LiveSocket socket, String userId) {
        users.computeIfPresent(userId, (_, own) -> {
            own.remove(socket);
            return own.isEmpty() ? null : own;
        });
    }

    private boolean send(LiveSocket socket, Event event) {
        var sent = socket.send(Outbound.event(event.name(), event.body()));
        if (!sent) {
            LOG.debug("Socket {} was not told", socket.id());
        }
        return sent;
    }

    private Event event(Notice notice) {
        var body = (ObjectNode) json.readTree(json.writeValueAsBytes(notice));
        return new Event(notice.type().name().toLowerCase(Locale.ROOT),
                new RawValue(json.writeValueAsString(Spellings.both(body))));
    }

    /// Written once, however many sockets it goes to.
    private record Event(String name, RawValue body) {}
}
