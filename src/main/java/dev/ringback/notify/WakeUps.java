package dev.ringback.notify;

import dev.ringback.device.Devices;
import dev.ringback.notify.Delivery.Planned;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Rings devices for calls that other platforms keep, and stops them: by the same deliveries, channels and deadlines as
/// for calls of our own. Sockets are told nothing, since their clients know the platform's calls from the platform.
///
/// Nobody tells this service that such a ring arrived, so it is pushed again only when the push service did not take it.
@Service
public class WakeUps {
    private final ForeignCalls calls;
    private final Devices devices;
    private final Deliveries deliveries;
    private final PushPlanner planner;
    private final Courier courier;
    private final Clock clock;

    WakeUps(ForeignCalls calls, Devices devices, Deliveries deliveries, Channels channels, Courier courier,
            DeliverySettings settings, Clock clock) {
        this.calls = calls;
        this.devices = devices;
        this.deliveries = deliveries;
        this.planner = new PushPlanner(channels, settings);
        this.courier = courier;
        this.clock = clock;
    }

    /// What is known of a call.
    ///
    /// @param receivedAt when the platform's first request about it was read
    /// @param endedAt when the platform said that it rings no more
    /// @param how what it then said
    public record Known(UUID callId, Instant receivedAt, @Nullable Instant endedAt, ForeignEnd.@Nullable How how) {}

    /// One user who was to be rung.
    ///
    /// @param receivedAt when the platform's request was read
    /// @param expiresAt when the ring ended, or ends
    public record Ring(String userId, Instant receivedAt, Instant expiresAt) {}

    /// Rings the user's devices once the caller's transaction is committed; it waits for no push. A user is rung once for
    /// a call, and not for one that is over or whose deadline has passed.
    ///
    /// @param receivedAt when the request was read
    /// @throws IllegalStateException outside of a transaction
    public void ring(WakeUp wakeUp, Instant receivedAt) {
        var ring = new ForeignRing(wakeUp, receivedAt, null);
        var now = clock.instant();
        if (calls.begin(ring) && now.isBefore(wakeUp.expiresAt())) {
            var tokens = devices.tokensOf(List.of(wakeUp.userId()));
            carryOut(List.of(), planner.rings(List.of(ring.ring(now)), tokens, Set.of(), now), now);
        }
    }

    /// Stops whatever rings for the call once the caller's transaction is committed, and rings that come later. What
    /// was said first of the end of a call stands.
    ///
    /// @throws IllegalStateException outside of a transaction
    public void stop(ForeignCall call, ForeignEnd end) {
        var now = clock.instant();
        if (!calls.end(call, end, now)) {
            return;
        }
        var rings = calls.ringsOf(List.of(call.callId()));
        var users = rings.stream().map(ForeignRing::userId).toList();
        var rung = users.isEmpty() ? List.<Deliveries.Rung>of() : deliveries.withdrawRings(call.callId(), users);
        if (!rung.isEmpty()) {
            var stops = rings.stream().map(ring -> ring.stop(end, now)).toList();
            carryOut(rung.stream().map(Deliveries.Rung::id).toList(),
                    planner.stops(stops, rung, devices.tokensOf(users), null, Set.of(), now), now);
        }
    }

    /// The call that began last of those between two users, no later than `at` and not yet over.
    ///
    /// @param pair by [WakeUp#pair]
    public Optional<ForeignCall> newestBetween(String platform, String pair, Instant at) {
        return calls.newestBetween(platform, pair, at);
    }

    /// What is known of the call, for the trace.
    public Optional<Known> find(ForeignCall call) {
        return calls.find(call);
    }

    /// Who was to be rung for the call, for the trace, in the order in which the requests came.
    public List<Ring> ringsOf(UUID callId) {
        return calls.ringsOf(List.of(callId))
                .stream()
                .map(ring -> new Ring(ring.userId(), ring.receivedAt(), ring.wakeUp().expiresAt()))
                .sorted((one, other) -> one.receivedAt().compareTo(other.receivedAt()))
                .toList();
    }

    /// Deletes up to `limit` calls that were first heard of before `oldest`, with all that is known of their pushes; returns
    /// how many went.
    public int forgetBefore(Instant oldest, int limit) {
        return calls.deleteBefore(oldest, limit);
    }

    private void carryOut(List<UUID> withdrawn, List<Planned> planned, Instant now) {
        deliveries.insert(planned, now);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    courier.withdraw(withdrawn);
                    courier.send(planned);
                }
            }
        });
    }
}
