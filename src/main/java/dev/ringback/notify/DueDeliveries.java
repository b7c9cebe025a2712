package dev.ringback.notify;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.Calls;
import dev.ringback.call.TokenDelivery;
import dev.ringback.device.Devices;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Deliveries.Settled;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import dev.ringback.telemetry.CallInHand;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// Looks after deliveries whose time has come, on any number of nodes: retries, rings that nobody acknowledged, and what
/// a node that died had in hand.
///
/// Each is planned again from the call as it stands now, a call of our own or another platform's, so that nothing is told
/// that is not true any more.
@Component
class DueDeliveries {
    private static final Logger LOG = LoggerFactory.getLogger(DueDeliveries.class);
    private static final int BATCH = 200;

    private final Deliveries deliveries;
    private final Courier courier;
    private final Channels channels;
    private final Brokers brokers;
    private final Calls calls;
    private final ForeignCalls foreignCalls;
    private final Devices devices;
    private final Reachability reachability;
    private final TaskExecutor background = new VirtualThreadTaskExecutor("ring-token-");
    private final Clock clock;

    DueDeliveries(Deliveries deliveries, Courier courier, Channels channels, Brokers brokers,
            Calls calls, ForeignCalls foreignCalls, Devices devices, Reachability reachability, Clock clock) {
        this.deliveries = deliveries;
        this.courier = courier;
        this.channels = channels;
        this.brokers = brokers;
        this.calls = calls;
        this.foreignCalls = foreignCalls;
        this.devices = devices;
        this.reachability = reachability;
        this.clock = clock;
    }

    @Scheduled(fixedDelay = 250)
    void run() {
        try {
            while (runBatch() == BATCH) {
            }
        } catch (DataAccessException | TransactionException failure) {
            LOG.warn("The database does not answer; deliveries wait: {}", failure.getMessage());
        }
    }

    /// Sends what is due now; returns how many deliveries that were.
    int runBatch() {
        var now = clock.instant();
        var leaseEnd = now.plus(PushPlanner.LEASE);
        var claimed = deliveries.claimDue(now, leaseEnd, BATCH);
        var lost = claimed.stream().filter(delivery -> !courier.keeps(delivery, leaseEnd)).toList();
        if (!lost.isEmpty()) {
            sendAgain(lost, now, leaseEnd);
        }
        return claimed.size();
    }

    private void sendAgain(List<Delivery> due, Instant now, Instant leaseEnd) {
        var snapshots = calls.all(due.stream().map(Delivery::callId).distinct().toList())
                .stream()
                .collect(Collectors.toMap(CallSnapshot::callId, Function.identity()));
        var foreign = foreignRings(due, snapshots.keySet());
        var tokens = devices.tokensOf(due.stream().map(Delivery::userId).distinct().toList());
        var closed = new ArrayList<Settled>();
        var orphaned = new HashSet<UUID>();
        var again = new ArrayList<Planned>();
        for (var delivery : due) {
            var call = snapshots.get(delivery.callId());
            var ring = foreign.get(new Rung(delivery.callId(), delivery.userId()));
            switch (ring == null ? Planner.again(delivery, call, now) : ring.again(delivery, now)) {
                case Planner.Again.Close(var unsent, var why) -> closed.add(close(delivery, why, unsent));
                case Planner.Again.Send(var notice) -> {
                    var to = addresses(delivery, tokens);
                    if (to.isEmpty()) {
                        closed.add(
                                close(delivery, delivery.broker() == null ? "no_token" : "channel_off", State.FAILED));
                        orphaned.add(delivery.callId());
                    } else {
                        again.add(new Planned(delivery, notice, State.SENDING, null, leaseEnd, to));
                    }
                }
            }
        }
        if (!closed.isEmpty()) {
            deliveries.settle(closed);
            // only once that is written: a device that went with its last token may have been the only one
            orphaned.forEach(reachability::check);
        }
        again.forEach(planned -> send(planned, snapshots.get(planned.delivery().callId())));
    }

    private void send(Planned planned, @Nullable CallSnapshot call) {
        if (call == null || !planned.delivery().isRing() || call.tokenDelivery() != TokenDelivery.EMBEDDED) {
            courier.send(List.of(planned));
        } else {
            // the room provider is asked for a token, and nobody waits for that
            background.execute(() -> {
                try (var _ = CallInHand.of(call.callId())) {
                    courier.send(List.of(planned.with(calls.tokenForRing(call, planned.notice().recipient())
                            .map(planned.notice()::withToken)
                            .stream()
                            .toList())));
                }
            });
        }
    }

    private Map<Rung, ForeignRing> foreignRings(List<Delivery> due, Set<UUID> own) {
        var others = due.stream().map(Delivery::callId).filter(id -> !own.contains(id)).distinct().toList();
        return others.isEmpty()
                ? Map.of()
                : foreignCalls.ringsOf(others)
                        .stream()
                        .collect(Collectors.toMap(ring -> new Rung(ring.callId(), ring.userId()), Function.identity()));
    }

    /// Whose ring for which call.
    private record Rung(UUID callId, String userId) {}

    private List<Address> addresses(Delivery delivery, List<PushToken> tokens) {
        return delivery.broker() == null
                ? Address.of(channels.carrying(delivery.type(), of(delivery, tokens)))
                : brokers.named(delivery.broker()).<Address>map(Address.Place::new).stream().toList();
    }

    private static List<PushToken> of(Delivery delivery, List<PushToken> tokens) {
        return tokens.stream()
                .filter(t -> t.userId().equals(delivery.userId()) && t.deviceId().equals(delivery.deviceId()))
                .toList();
    }

    private static Settled close(Delivery delivery, String why, State unsent) {
        return new Settled(delivery.id(), delivery.lease(), delivery.pushes() > 0 ? State.SENT : unsent, why, false,
                false, null);
    }
}
