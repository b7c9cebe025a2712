package dev.ringback.notify;

import static java.util.stream.Collectors.toSet;

import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.Calls;
import dev.ringback.call.TokenDelivery;
import dev.ringback.notify.Delivery.State;
import dev.ringback.notify.Pushing.Plan;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.telemetry.Spans;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Tells the parties what happened: what must not be lost is written down in the transaction in which it happened, and
/// everything is told once that is committed. No commit, no ring.
@Component
class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final ConnectedSockets sockets;
    private final Pushing pushing;
    private final Reachability reachability;
    private final Calls calls;
    private final ApplicationEventPublisher events;
    private final Spans spans;
    private final TaskExecutor background = new VirtualThreadTaskExecutor("ring-token-");
    private final Clock clock;

    Dispatcher(ConnectedSockets sockets, Pushing pushing, Reachability reachability, Calls calls,
            ApplicationEventPublisher events, Spans spans, Clock clock) {
        this.sockets = sockets;
        this.pushing = pushing;
        this.reachability = reachability;
        this.calls = calls;
        this.events = events;
        this.spans = spans;
        this.clock = clock;
    }

    @EventListener
    void happened(CallEvent event) {
        var now = clock.instant();
        var notices = Planner.plan(event, now);
        var plan = pushing.plan(event, notices, now);
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            committed(event, notices, plan);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    committed(event, notices, plan);
                }
            }
        });
    }

    /// Throws nothing: what happened stands, whoever hears of it.
    private void committed(CallEvent event, List<Notice> notices, Plan plan) {
        try (var _ = CallInHand.of(event.call().callId())) {
            tell(event, notices, plan);
        } catch (RuntimeException failure) {
            LOG.error("Not everybody was told of call {} version {}", event.call().callId(), event.call().version(),
                    failure);
        }
    }

    private void tell(CallEvent event, List<Notice> notices, Plan plan) {
        var call = event.call();
        LOG.debug("Call {} version {}: {} notices, {} deliveries", call.callId(), call.version(), notices.size(),
                plan.deliveries().size());
        if (event.change() instanceof Change.Rang ring && call.tokenDelivery() == TokenDelivery.EMBEDDED) {
            // the provider is asked for each user's token; the caller's answer does not wait for that
            background.execute(spans.carried("ring with tokens", () -> {
                ring(call, notices.stream().map(n -> withToken(call, n)).toList(), plan);
                // also for those who do not hear it, since the caller sees in the trace for whom it was asked
                Planner.unheard(call, ring).forEach(unheard -> {
                    calls.tokenForRing(call, unheard.userId());
                    keptFrom(call, unheard);
                });
            }));
        } else if (event.change() instanceof Change.Rang ring) {
            ring(call, notices, plan);
            Planner.unheard(call, ring).forEach(unheard -> keptFrom(call, unheard));
        } else {
            notices.forEach(sockets::tell);
            pushing.carryOut(plan);
        }
    }

    private void ring(CallSnapshot call, List<Notice> rings, Plan plan) {
        var offline = rings.stream().filter(ring -> !tell(call, ring)).map(Notice::recipient).collect(toSet());
        pushing.carryOut(plan.with(rings).atOnceTo(offline));
        if (offline.size() == rings.size()
                && plan.deliveries().stream().allMatch(planned -> planned.state() == State.FAILED)) {
            reachability.check(call.callId());
        }
    }

    private boolean tell(CallSnapshot call, Notice ring) {
        var told = sockets.ring(ring);
        events.publishEvent(new RingTold(call.callId(), ring.recipient(), told, null));
        return !told.isEmpty();
    }

    private void keptFrom(CallSnapshot call, CallSnapshot.Invited unheard) {
        events.publishEvent(new RingTold(call.callId(), unheard.userId(), Map.of(), unheard.silence()));
    }

    private Notice withToken(CallSnapshot call, Notice ring) {
        return calls.tokenForRing(call, ring.recipient()).map(ring::withToken).orElse(ring);
    }
}
