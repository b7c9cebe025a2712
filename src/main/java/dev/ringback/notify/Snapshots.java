package dev.ringback.notify;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.Calls;
import dev.ringback.call.CallsAsked;
import dev.ringback.database.Outage;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Tells a socket that has just opened what rings for its user, and remembers which devices know it. Nothing else would wake an app into a call that rings
/// already, so what the database does not tell now is owed, and told when it does.
@Component
class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final int MAX_OWED = 20_000;
    private static final int CHUNK = 500;

    private final Queue<SocketOpened> owed = new ArrayBlockingQueue<>(MAX_OWED);
    private final Calls calls;
    private final Acknowledgements acknowledgements;
    private final Listeners listeners;
    private final ConnectedSockets sockets;
    private final Clock clock;
    private final TaskExecutor background = new VirtualThreadTaskExecutor("snapshots-");

    Snapshots(Calls calls, Acknowledgements acknowledgements, Listeners listeners, ConnectedSockets sockets,
            Clock clock) {
        this.calls = calls;
        this.acknowledgements = acknowledgements;
        this.listeners = listeners;
        this.sockets = sockets;
        this.clock = clock;
    }

    @EventListener
    void opened(SocketOpened socket) {
        if (!told(socket) && !owed.offer(socket)) {
            LOG.error("A socket of a user is not told what rings: {} others wait", MAX_OWED);
        }
    }

    /// A device that has asked over HTTP knows as much as one that opened a socket.
    @EventListener
    void asked(CallsAsked asked) {
        var now = clock.instant();
        asked.calls()
                .stream()
                .filter(call -> Planner.snapshot(call, asked.userId(), asked.deviceId(), now)
                        .filter(notice -> notice.type() == NoticeType.INCOMING_CALL)
                        .isPresent())
                .forEach(call -> acknowledgements.awake(call.callId(), asked.userId(), asked.deviceId(), now));
    }

    /// Whatever was told on other nodes while nothing came through from there was not told here.
    @EventListener
    void reunited(NodesReunited reunited) {
        background.execute(() -> inChunks(List.copyOf(listeners.all())).forEach(this::tellAgain));
    }

    @EventListener
    void heardLate(HeardLate late) {
        background.execute(() -> tellAgain(List.of(late.userId())));
    }

    private void tellAgain(List<String> users) {
        try {
            var now = clock.instant();
            for (var call : calls.activeOf(users)) {
                Planner.whoRingsOrTalks(call)
                        .filter(users::contains)
                        .flatMap(userId -> Planner.snapshot(call, userId, null, now).stream())
                        .forEach(notice -> sockets.tellHere(
                                notice.type() == NoticeType.INCOMING_CALL ? withToken(call, notice) : notice));
            }
        } catch (RuntimeException failure) {
            LOG.warn("{} users were not told what they may have missed: {}", users.size(), failure.toString());
        }
    }

    private static List<List<String>> inChunks(List<String> users) {
        return IntStream.iterate(0, from -> from < users.size(), from -> from + CHUNK)
                .mapToObj(from -> users.subList(from, Math.min(users.size(), from + CHUNK)))
                .toList();
    }

    @Scheduled(fixedDelay = 1_000)
    void tellOwed() {
        for (var next = owed.peek(); next != null && told(next); next = owed.peek()) {
            owed.remove();
        }
    }

    private boolean told(SocketOpened socket) {
        try {
            tell(socket);
            return true;
        } catch (RuntimeException failure) {
            if (Outage.isBehind(failure)) {
                return false;
            }
            LOG.error("A socket of a user could not be told what rings", failure);
            return true;
        }
    }

    private void tell(SocketOpened opened) {
        var now = clock.instant();
        for (var call : calls.activeOf(opened.userId())) {
            Planner.snapshot(call, opened.userId(), opened.deviceId(), now).ifPresent(notice -> {
                var ring = notice.type() == NoticeType.INCOMING_CALL;
                opened.socket().accept(ring ? withToken(call, notice) : notice);
                if (ring && opened.deviceId() != null) {
                    acknowledgements.awake(call.callId(), opened.userId(), opened.deviceId(), now);
                }
            });
        }
    }

    private Notice withToken(CallSnapshot call, Notice ring) {
        return calls.tokenForRing(call, ring.recipient()).map(ring::withToken).orElse(ring);
    }
}
