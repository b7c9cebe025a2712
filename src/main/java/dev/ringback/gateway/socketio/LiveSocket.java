package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.handler.ClientHead;
import com.corundumstudio.socketio.handler.EncoderHandler;
import com.corundumstudio.socketio.protocol.Packet;
import dev.ringback.identity.Requester;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One client: what waits for it, and what of its own waits to be done. Nothing here waits for a peer.
final class LiveSocket {
    /// Some events: a reader this far behind is dropped and gets the snapshot when it comes back.
    static final int MOST_WAITING = 64 * 1024;
    /// The library loses a packet where more than 50 wait for one poll.
    private static final int MOST_PACKETS = 40;
    /// Commands that wait their turn.
    static final int MOST_COMMANDS = 32;
    private static final int MOST_FAULTS = 10;
    private static final int LAST_WORD_SECONDS = 2;

    private final Lock lock = new ReentrantLock();
    private final ClientHead head;
    private final String address;
    private final Queue<Runnable> commands = new ArrayDeque<>();
    private boolean working;
    private boolean ending;
    private int faults;
    private volatile boolean over;
    private volatile boolean greeted;
    private volatile @Nullable Channel webSocket;
    private volatile @Nullable Channel poll;
    private volatile @Nullable Who who;
    private volatile @Nullable String deviceId;
    private @Nullable Future<?> end;

    /// @param address of the client, as it counts
    LiveSocket(ClientHead head, String address) {
        this.head = head;
        this.address = address;
    }

    /// A user who has proved to be it.
    record Who(Requester requester) {
        String userId() {
            return requester.userId();
        }
    }

    UUID id() {
        return head.getSessionId();
    }

    String address() {
        return address;
    }

    /// Whose it is; null as long as nobody has registered.
    @Nullable
    Who who() {
        return who;
    }

    void belongsTo(Requester requester) {
        who = new Who(requester);
    }

    /// The device it is on, where the client has said so.
    @Nullable
    String deviceId() {
        return deviceId;
    }

    void isOn(String device) {
        deviceId = device;
    }

    /// Whether the client is in the main namespace.
    boolean isGreeted() {
        return greeted;
    }

    boolean isOver() {
        return over;
    }

    boolean usesWebSocket() {
        return head.getCurrentTransport() == Transport.WEBSOCKET;
    }

    /// The client has, or asks for, a WebSocket of its own.
    ///
    /// @return false when it has another one
    boolean takes(Channel channel) {
        lock.lock();
        try {
            var known = webSocket;
            if (known != null && !known.equals(channel)) {
                return false;
            }
            webSocket = channel;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// The client waits for an answer on this connection.
    ///
    /// @return false when it waits on another one
    boolean polls(Channel channel) {
        lock.lock();
        try {
            if (hasOpenPoll()) {
                return false;
            }
            poll = channel;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Hands a request for what waits to the library, while nothing else happens to the socket: the library opens one anew
    /// that goes in between, and what is said in between would be said to nobody.
    ///
    /// @return false when the socket is over
    boolean answer(Runnable request) {
        lock.lock();
        try {
            if (over) {
                return false;
            }
            request.run();
            if (ending && head.getPacketsQueue(Transport.POLLING).isEmpty()) {
                // the last words went with it
                leave();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isEnding() {
        lock.lock();
        try {
            return ending;
        } finally {
            lock.unlock();
        }
    }

    /// Does something that changes how packets go, while none is sent: the library would leave a packet lie that comes in
    /// between.
    void exclusively(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    /// Lets the client into the main namespace.
    void greet() {
        greeted = true;
        send(Outbound.connected(id()));
    }

    /// Hands a packet over.
    ///
    /// @return false when the socket is over, which it is from then on for a reader that is too far behind
    boolean send(Packet packet) {
        boolean behind;
        lock.lock();
        try {
            if (over || ending) {
                return false;
            }
            behind = isBehind(Outbound.length(packet));
            if (!behind) {
                var _ = head.send(packet);
            }
        } finally {
            lock.unlock();
        }
        if (behind) {
            drop();
        }
        return !behind;
    }

    private boolean isBehind(int more) {
        if (usesWebSocket()) {
            var channel = webSocket;
            return channel != null && !channel.isWritable();
        }
        var waiting = head.getPacketsQueue(Transport.POLLING);
        return waiting.size() >= MOST_PACKETS
                || waiting.stream().mapToInt(Outbound::length).sum() + more > MOST_WAITING;
    }

    /// Puts a command at the end of those that wait, one of which is carried out at a time.
    ///
    /// @return false when too many wait already
    boolean enqueue(Runnable command, Executor threads) {
        lock.lock();
        try {
            if (over || ending) {
                return true;
            }
            if (commands.size() >= MOST_COMMANDS) {
                return false;
            }
            commands.add(command);
            if (!working) {
                working = true;
                threads.execute(this::work);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (var next = nextCommand(); next != null; next = nextCommand()) {
            next.run();
        }
    }

    private @Nullable Runnable nextCommand() {
        lock.lock();
        try {
            var next = over ? null : commands.poll();
            working = next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// When it ends by itself: in place of what was set before.
    void endsBy(@Nullable Future<?> next) {
        lock.lock();
        try {
            if (end != null) {
                end.cancel(false);
            }
            end = next;
            if (over && next != null) {
                next.cancel(false);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The client has sent what is not served. It is told, and not for ever.
    ///
    /// @return whether that was once too often
    boolean isAtFault() {
        lock.lock();
        try {
            return ++faults > MOST_FAULTS;
        } finally {
            lock.unlock();
        }
    }

    /// Says a last word, and that the client is not to come back by itself.
    void end(Packet... lastWords) {
        lock.lock();
        try {
            if (over || ending) {
                return;
            }
            ending = true;
            // together: a poll takes what is there, and after it there is none
            head.getPacketsQueue(head.getCurrentTransport()).addAll(List.of(lastWords));
            var channel = webSocket;
            if (!usesWebSocket()) {
                if (head.send(Outbound.disconnect()) != null) {
                    leave();
                }
            } else if (channel == null) {
                // nothing has come over it yet: the library alone knows it
                head.disconnect();
            } else {
                var _ = head.send(Outbound.disconnect());
                close(channel, WebSocketCloseStatus.POLICY_VIOLATION.code(), "");
                leave();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Closes so that the client comes back.
    void comeBack() {
        lock.lock();
        try {
            if (over) {
                return;
            }
            ending = true;
            var channel = webSocket;
            if (usesWebSocket() && channel != null) {
                close(channel, WebSocketCloseStatus.SERVICE_RESTART.code(), "reconnect");
            } else {
                var _ = head.send(Outbound.close());
            }
        } finally {
            lock.unlock();
        }
        leave();
    }

    /// Ends without a word: there is nobody to read it.
    void drop() {
        leave();
        connections().forEach(LiveSocket::close);
    }

    /// The client has gone, or is to go: the library forgets it, and by that [#isGone] is called.
    void leave() {
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
        head.onChannelDisconnect();
    }

    /// The library has forgotten it.
    void isGone() {
        over = true;
        endsBy(null);
        // the library leaves connections open that it no longer looks at
        connections().filter(channel -> !channel.eventLoop().isShuttingDown()).forEach(LiveSocket::closeSoon);
    }

    private static void closeSoon(Channel channel) {
        var _ = channel.eventLoop().schedule(() -> close(channel), LAST_WORD_SECONDS, TimeUnit.SECONDS);
    }

    private static void close(Channel channel, int status, String reason) {
        channel.writeAndFlush(new CloseWebSocketFrame(status, reason)).addListener(ChannelFutureListener.CLOSE);
    }

    private static void close(Channel channel) {
        var _ = channel.close();
    }

    private Stream<Channel> connections() {
        return Stream.of(Optional.ofNullable(webSocket), Optional.ofNullable(poll))
                .flatMap(Optional::stream)
                .filter(Channel::isOpen);
    }

    private boolean hasOpenPoll() {
        var open = poll;
        return open != null && open.isActive() && open.attr(EncoderHandler.WRITE_ONCE).get() == null;
    }
}
