package dev.ringback.notify;

import dev.ringback.notify.Deliveries.Held;
import dev.ringback.notify.Delivery.Line;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import dev.ringback.telemetry.Spans;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// Carries the deliveries that this node has in hand: each to the lane of its channel or broker, those along one line one
/// after the other, so that a stop does not overtake its ring here.
@Component
class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    /// Longer than a room provider may take to make a token.
    private static final Duration TAKEN_BACK_FOR = Duration.ofMinutes(2);

    private final Map<UUID, Job> inHand = new ConcurrentHashMap<>();
    private final Map<Line, Job> latest = new ConcurrentHashMap<>();
    /// What was taken back lately, and when: it may come to be sent only after that, once its tokens for the room are made, or
    /// by the device's next token.
    private final Map<UUID, Instant> takenBack = new ConcurrentHashMap<>();
    private final PushLanes lanes;
    private final Deliveries deliveries;
    private final Outcomes outcomes;
    private final TokenHygiene hygiene;
    private final Verdict verdict;
    private final Verdict unrepeated;
    private final ApplicationEventPublisher events;
    private final Spans spans;
    private final Clock clock;

    Courier(PushLanes lanes, Deliveries deliveries, Outcomes outcomes, TokenHygiene hygiene,
            DeliverySettings settings, ApplicationEventPublisher events, Spans spans, Clock clock) {
        this.lanes = lanes;
        this.deliveries = deliveries;
        this.outcomes = outcomes;
        this.hygiene = hygiene;
        this.events = events;
        this.spans = spans;
        this.clock = clock;
        this.verdict = new Verdict(settings.repeatAfter(), () -> ThreadLocalRandom.current().nextLong());
        this.unrepeated = new Verdict(null, () -> ThreadLocalRandom.current().nextLong());
    }

    /// Sends what is planned to be sent now, as a part of the trace that this thread is in. Waits for nothing.
    void send(List<Planned> planned) {
        var origin = spans.here();
        planned.stream().filter(p -> p.state() == State.SENDING).map(p -> Job.of(p, origin)).forEach(this::send);
    }

    /// Takes back what has not gone out, also what comes to be sent later.
    void withdraw(Collection<UUID> ids) {
        var now = clock.instant();
        // noted first and looked for then; whoever sends does it the other way round, so that one of them finds the other
        ids.forEach(id -> takenBack.put(id, now));
        ids.stream().map(inHand::get).filter(Objects::nonNull).forEach(Job::withdraw);
    }

    /// Whether the delivery that was just claimed is in hand here already: then it stays there, under the new lease.
    boolean keeps(Delivery claimed, Instant leaseEnd) {
        // as one step: a job that is let go of meanwhile has either seen the new lease, or is not found here
        return inHand.computeIfPresent(claimed.id(), (_, job) -> {
            job.leased(new Lease(claimed.lease(), leaseEnd));
            return job;
        }) != null;
    }

    /// A provider that is slow makes a queue; what waits in it is not to be taken over by another node. What was taken
    /// over all the same, while this node stood still, is lost to it.
    @Scheduled(fixedDelay = 1_500)
    void renewLeases() {
        if (inHand.isEmpty()) {
            return;
        }
        try {
            var leaseEnd = clock.instant().plus(PushPlanner.LEASE);
            var leases = inHand.values()
                    .stream()
                    .map(job -> new Held(job.delivery().id(), job.lease().number()))
                    .toList();
            deliveries.renew(leases, leaseEnd).forEach(held -> renewed(held, leaseEnd));
        } catch (DataAccessException | TransactionException failure) {
            LOG.warn("Leases of {} deliveries were not renewed: {}", inHand.size(), failure.getMessage());
        }
    }

    @PreDestroy
    void close() {
        lanes.close();
    }

    @Scheduled(fixedDelay = 60_000)
    void forgetTakenBack() {
        var before = clock.instant().minus(TAKEN_BACK_FOR);
        takenBack.values().removeIf(at -> at.isBefore(before));
    }

    private void renewed(Held held, Instant leaseEnd) {
        // as one step: a newer lease that came meanwhile stays
        inHand.computeIfPresent(held.id(), (_, job) -> {
            if (job.lease().number() == held.lease()) {
                job.leased(new Lease(held.lease(), leaseEnd));
            }
            return job;
        });
    }

    private void send(Job job) {
        inHand.put(job.delivery().id(), job);
        if (takenBack.containsKey(job.delivery().id())) {
            job.withdraw();
        }
        var earlier = latest.put(job.delivery().line(), job);
        if (earlier == null) {
            take(job);
        } else {
            earlier.whenOver(() -> take(job));
        }
    }

    private void take(Job job) {
        if (!lanes.to(job.to()).take(job, result -> done(job, result))) {
            done(job, new Lane.Result.Blocked(PushPlanner.LEASE));
        }
    }

    private void done(Job job, Lane.Result result) {
        boolean goesOn = !reached(result) && job.hasNextToken();
        var attempt = result instanceof Lane.Result.Asked(var asked) ? asked : null;
        try {
            if (attempt != null && attempt.isFirstRing() && !job.isForeign()) {
                events.publishEvent(new RingSent(job.delivery().callId()));
            }
            var removed = attempt != null && hygiene.after(attempt);
            var settled = (job.canBeAcknowledged() ? verdict : unrepeated)
                    .on(job.delivery(), result, goesOn, clock.instant());
            // before that is written: whoever claims it then must not find it in hand here; nor does its lease change now
            inHand.remove(job.delivery().id(), job);
            settled.map(ruled -> ruled.under(job.lease()))
                    .ifPresent(ruled -> outcomes.report(job.delivery(), ruled, attempt, removed));
        } catch (RuntimeException failure) {
            LOG.error("What became of {} is not known: {}", job.delivery().id(), failure.toString());
        } finally {
            inHand.remove(job.delivery().id(), job);
            latest.remove(job.delivery().line(), job);
            job.end();
        }
        if (goesOn) {
            send(job.byNextToken());
        }
    }

    /// Whether the device's other tokens can stay in peace.
    private static boolean reached(Lane.Result result) {
        return !(result instanceof Lane.Result.Asked(var attempt)) || switch (attempt.outcome()) {
            case Outcome.Delivered _,Outcome.Unheard _,Outcome.TryLater _ -> true;
            case Outcome.DeadToken _,Outcome.Refused _ -> false;
        };
    }
}
