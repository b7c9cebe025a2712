package dev.ringback.admin;

import dev.ringback.call.CallFigures;
import dev.ringback.call.CallState;
import dev.ringback.notify.DeliveryFigures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// How everything goes. Reckoned anew when somebody asks and the last answer is two seconds old, by one at a time: however
/// many look, the database is asked no more often.
@Component
class Overviews {
    static final Duration WINDOW = Duration.ofMinutes(15);
    static final Duration SPAN = Duration.ofSeconds(30);
    private static final Duration GOOD_FOR = Duration.ofSeconds(2);
    /// A node's clock may be a little ahead of another's.
    private static final Duration AHEAD = Duration.ofSeconds(10);

    private final CallFigures calls;
    private final DeliveryFigures deliveries;
    private final NodeFigures node;
    private final Clock clock;
    private final Lock lock = new ReentrantLock();
    private @Nullable Overview last;

    Overviews(CallFigures calls, DeliveryFigures deliveries, NodeFigures node, Clock clock) {
        this.calls = calls;
        this.deliveries = deliveries;
        this.node = node;
        this.clock = clock;
    }

    /// How it was at one moment.
    ///
    /// @param at that moment
    /// @param since from when on the spans are counted
    /// @param spanSeconds how long each of them is
    /// @param ringing calls that ring, on all nodes
    /// @param accepted calls that are accepted and not over
    /// @param spans of the calls of the last 15 minutes, in order; those without calls are left out
    /// @param whole false where there were more calls than are looked at: then the earlier spans are missing
    /// @param channels how the pushes of these calls went
    record Overview(Instant at, Instant since, long spanSeconds, long ringing, long accepted,
            List<CallFigures.Span> spans, boolean whole, List<DeliveryFigures.ChannelFigures> channels,
            NodeFigures.Node node) {}

    Overview latest() {
        lock.lock();
        try {
            var now = clock.instant();
            var known = last;
            if (known == null || !now.isBefore(known.at().plus(GOOD_FOR)) || now.isBefore(known.at())) {
                known = reckon(now);
                last = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Overview reckon(Instant now) {
        var since = Instant.ofEpochSecond(
                Math.floorDiv(now.minus(WINDOW).getEpochSecond(), SPAN.toSeconds()) * SPAN.toSeconds());
        var live = calls.live();
        var lately = calls.spans(since, now.plus(AHEAD), SPAN);
        return new Overview(now, since, SPAN.toSeconds(), live.getOrDefault(CallState.RINGING, 0L),
                live.getOrDefault(CallState.ACCEPTED, 0L), lately.spans(), lately.whole(),
                deliveries.channels(since, now.plus(AHEAD)), node.now());
    }
}
