package dev.ringback.notify;

import dev.ringback.device.PushToken;
import dev.ringback.notify.Delivery.Planned;
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
    private final List<PushToken> tokens;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
    private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    private volatile Lease lease;

    private enum Phase {
        QUEUED, SENDING, WITHDRAWN
    }

    private Job(Delivery delivery, Lease lease, Notice notice, List<PushToken> tokens) {
        this.delivery = delivery;
        this.lease = lease;
        this.notice = notice;
        this.tokens = tokens;
    }

    /// @param planned has a token at least, and is leased until it is due
    static Job of(Planned planned) {
        var delivery = planned.delivery();
        var lease = new Lease(delivery.lease(), Objects.requireNonNull(planned.dueAt()));
        return new Job(delivery, lease, planned.notice(), planned.tokens());
    }

    /// The same delivery by the device's next token; null when there is none.
    @Nullable
    Job byNextToken() {
        return tokens.size() > 1 ? new Job(delivery, lease, notice, tokens.subList(1, tokens.size())) : null;
    }

    Delivery delivery() {
        return delivery;
    }

    PushToken to() {
        return tokens.getFirst();
    }

    Lease lease() {
        return lease;
    }

    void leased(Lease renewed) {
        lease = renewed;
    }

    /// Whether another platform keeps the call: nobody will tell this service that it rings.
    boolean isForeign() {
        return notice.foreign() != null;
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

    /// What goes to the provider at `now`.
    Push push(Instant now, @Nullable String actionToken) {
        var left = Duration.between(now, delivery.expiresAt());
        return new Push(delivery.id(), notice.at(now), to(), actionToken, delivery.expiresAt(),
                left.isNegative() ? Duration.ZERO : left);
    }
}
