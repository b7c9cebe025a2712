package dev.ringback.notify;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.CallState;
import dev.ringback.call.Calls;
import dev.ringback.call.InvitationState;
import dev.ringback.call.NobodyReachable;
import dev.ringback.database.Outage;
import dev.ringback.telemetry.CallInHand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;

/// Finds out that a call rings for nobody: no socket, and no delivery that has arrived or still may.
///
/// It looks twice: a socket may be gone for a moment, since its node is restarted or its phone changes networks, and whoever
/// comes back is told what rings.
@Component
class Reachability {
    private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);
    /// Clients open a lost socket again after half a second, and once more soon after.
    private static final Duration BACK_WITHIN = Duration.ofSeconds(3);

    private final Calls calls;
    private final Deliveries deliveries;
    private final ConnectedSockets sockets;
    private final ApplicationEventPublisher events;
    /// Of its own: it is asked at the end of a transaction, and what follows is one of its own.
    private final TaskExecutor background = new VirtualThreadTaskExecutor("reachability-");
    /// Nothing else looks again: a look that the database fails would let the call ring until its deadline.
    private final RetryTemplate retry = new RetryTemplate(RetryPolicy.builder()
            .maxRetries(4)
            .delay(Duration.ofMillis(500))
            .multiplier(2)
            .predicate(Outage::isBehind)
            .build());

    Reachability(Calls calls, Deliveries deliveries, ConnectedSockets sockets, ApplicationEventPublisher events) {
        this.calls = calls;
        this.deliveries = deliveries;
        this.sockets = sockets;
        this.events = events;
    }

    /// Looks at the call, soon, and once more some seconds later.
    void check(UUID callId) {
        background.execute(() -> {
            try (var _ = CallInHand.of(callId)) {
                if (retry.invoke(() -> unheard(callId)).isPresent()) {
                    Thread.sleep(BACK_WITHIN);
                    retry.invoke(() -> unheard(callId)
                            .ifPresent(call -> events.publishEvent(new NobodyReachable(callId, call.version()))));
                }
            } catch (RuntimeException failure) {
                LOG.warn("Call {} rings until its deadline, whoever hears it: {}", callId, failure.toString());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// The call, if it rings for nobody.
    private Optional<CallSnapshot> unheard(UUID callId) {
        return calls.all(List.of(callId)).stream().filter(this::ringsForNobody).findFirst();
    }

    private boolean ringsForNobody(CallSnapshot call) {
        return call.state() == CallState.RINGING
                && call.invitations().stream().filter(i -> i.state() == InvitationState.RINGING).noneMatch(this::hears)
                && !deliveries.mayRing(call.callId());
    }

    private boolean hears(Invited invited) {
        // one that is silenced must look like one that nobody answers
        return invited.ringingAt() != null || invited.isSilenced() || sockets.mayReach(invited.userId());
    }
}
