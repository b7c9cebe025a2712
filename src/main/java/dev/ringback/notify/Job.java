package dev.ringback.notify;

import dev.ringback.device.PushToken;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.telemetry.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A delivery that this node has in hand.
final class Job {
    private final Delivery delivery;
    private final Notice notice;
    private final List<Address> to;
    private final Origin origin;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private volatile Lease lease;

    private enum Phase {
        QUEUED, SENDING, WITHDRAWN
    }

    private Job(Delivery delivery, Lease lease, Notice notice, List<Address> to, Origin origin) {
        this.delivery = delivery;
        this.lease = lease;
        this.notice = notice;
        this.to = to;
        this.origin = origin;
    }

    /// @param planned has an address at least, and is leased until it is due
    /// @param origin in whose trace it is sent
    static Job of(Planned planned, Origin origin) {
        var delivery = planned.delivery();
        var lease = new Lease(delivery.lease(), Objects.requireNonNull(planned.dueAt()));
        return new Job(delivery, lease, planned.notice(), planned.to(), origin);
    }

    /// Whether the device has another token, to be tried after this one.
    boolean hasNextToken() {
        return to.size() > 1;
    }

    /// The same delivery by the device's next token, under the lease as it is now.
    Job byNextToken() {
        return new Job(delivery, lease, notice, to.subList(1, to.size()), origin);
    }

    Delivery delivery() {
        return delivery;
    }

    Address to() {
        return to.getFirst();
    }

    Origin origin() {
        return origin;
    }

    Lease lease() {
        return lease;
    }

    void leased(Lease renewed) {
        lease = renewed;
    }

    /// Whether another platform keeps the call.
    boolean isForeign() {
        return notice.foreign() != null;
    }

    /// Whether somebody may say that it rings: no broker does, nor another platform's app.
    boolean canBeAcknowledged() {
        return delivery.broker() == null && !isForeign();
    }

    /// Begins to send; false when it was withdrawn before.
    boolean begin() {
        return phase.compareAndSet(Phase.QUEUED, Phase.SENDING);
    }

    /// Takes it back, unless it is on its way already.
    void withdraw() {
        if (phase.compareAndSet(Phase.QUEUED, Phase.WITHDRAWN)) {
            over.complete(null);
        }
    }

    /// The attempt is over, whatever came of it.
    void end() {
        over.complete(null);
    }

    /// Does this when nothing of it is on its way any more; at once when that is so already.
    @SuppressWarnings("FutureReturnValueIgnored")
    void whenOver(Runnable next) {
        over.thenRun(next);
    }

    /// What goes to a token's provider at `now`.
    Push push(PushToken token, Instant now, @Nullable String actionToken) {
        return new Push(delivery.id(), notice.at(now), token, actionToken, delivery.expiresAt(), timeLeft(now));
    }

    /// What goes to a broker at `now`.
    Publication publication(Instant now, @Nullable String actionToken) {
        return new Publication(delivery.id(), notice.at(now), actionToken, delivery.expiresAt(), timeLeft(now));
    }

    /// Until it is worth nothing, never negative.
    Duration timeLeft(Instant now) {
        var left = Duration.between(now, delivery.expiresAt());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
