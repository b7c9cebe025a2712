package dev.ringback.admission;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Decides whether a request is let in.
///
/// Without it, a service that is offered more than it can carry takes everything, makes all of it wait, and ends up
/// answering requests whose senders have given up.
@Component
public class AdmissionControl {
    /// A guess, and too wide: under three times the peak some calls that are let in still wait 2 s at a later step.
    private static final int NEW_CALLS_PER_CONNECTION = 16;
    /// Ringing calls are answered while new ones are refused already. Bounds the memory of those that wait.
    private static final int REQUESTS_PER_CONNECTION = 64;
    private static final int LONGEST_RETRY_SECONDS = 3;

    private final ConnectionQueue queue;
    private final Counter refusedCalls;
    private final Counter refusedRequests;
    private volatile boolean stopping;

    AdmissionControl(ConnectionQueue queue, MeterRegistry metrics) {
        this.queue = queue;
        this.refusedCalls = refused("call", metrics);
        this.refusedRequests = refused("request", metrics);
    }

    /// Asks to make somebody's phone ring.
    ///
    /// @throws ProblemException `unavailable` with the time after which to ask again, when too much is under way or the
    ///         service is about to stop
    public void newCall() {
        if (stopping) {
            throw refusal("The service is about to stop: it takes no new calls.");
        }
        if (queue.waiting() >= queue.connections() * NEW_CALLS_PER_CONNECTION) {
            refusedCalls.increment();
            throw refusal("The service has as much to do as it can: it takes no new calls for a moment.");
        }
    }

    /// Asks for anything else.
    ///
    /// @throws ProblemException `unavailable` with the time after which to ask again, when too much is under way
    public void request() {
        if (queue.waiting() >= queue.connections() * REQUESTS_PER_CONNECTION) {
            refusedRequests.increment();
            throw refusal("The service has more to do than it can.");
        }
    }

    /// What is under way is ended, what rings rings on, but whoever calls now had better call another node.
    @EventListener
    void stopping(ContextClosedEvent event) {
        stopping = true;
    }

    /// Not the same time for everybody, or all would be back at once.
    private static ProblemException refusal(String why) {
        var seconds = ThreadLocalRandom.current().nextInt(1, LONGEST_RETRY_SECONDS + 1);
        return new ProblemException(ProblemCode.UNAVAILABLE, why).retryAfter(Duration.ofSeconds(seconds));
    }

    private static Counter refused(String what, MeterRegistry metrics) {
        return Counter.builder("ringback.admission.refused").tag("what", what).register(metrics);
    }
}
