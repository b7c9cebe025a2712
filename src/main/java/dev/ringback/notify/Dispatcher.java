package dev.ringback.notify;

import dev.ringback.call.CallEvent;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.Calls;
import dev.ringback.call.TokenDelivery;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/// Tells the parties what happened, once it is committed: no commit, no ring.
@Component
class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Sockets sockets;
    private final Calls calls;
    private final TaskExecutor background = new VirtualThreadTaskExecutor("ring-token-");
    private final Clock clock;

    Dispatcher(Sockets sockets, Calls calls, Clock clock) {
        this.sockets = sockets;
        this.calls = calls;
        this.clock = clock;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void committed(CallEvent event) {
        var notices = Planner.plan(event, clock.instant());
        LOG.debug("Call {} version {}: {} notices", event.call().callId(), event.call().version(), notices.size());
        if (event.change() instanceof CallEvent.Change.Rang && event.call().tokenDelivery() == TokenDelivery.EMBEDDED) {
            // the provider is asked for each user's token; the caller's answer does not wait for that
            notices.forEach(notice -> background.execute(() -> sockets.tell(withToken(event.call(), notice))));
        } else {
            notices.forEach(sockets::tell);
        }
    }

    @EventListener
    void opened(SocketOpened opened) {
        var now = clock.instant();
        calls.activeOf(opened.userId())
                .stream()
                .flatMap(call -> Planner.snapshot(call, opened.userId(), opened.deviceId(), now)
                        .map(notice -> notice.type() == NoticeType.INCOMING_CALL ? withToken(call, notice) : notice)
                        .stream())
                .forEach(opened.socket());
    }

    private Notice withToken(CallSnapshot call, Notice ring) {
        return calls.tokenForRing(call, ring.recipient()).map(ring::withToken).orElse(ring);
    }
}
