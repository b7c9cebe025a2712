package dev.ringback.admission;

import dev.ringback.database.FairConnections;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Decides whether a request is let in.
///
/// Without it, a service that is offered more than it can carry takes everything, makes all of it wait, and ends up
/// answering requests whose senders have given up.
@Component
public class AdmissionControl {
    /// From here on some new calls are refused, and more the longer the waiting: all at once would make the service swing
    /// between too much and too little, since what a call asks for comes some time after it was let in.
    private static final Duration SOME_CALLS = Duration.ofMillis(50);
    private static final Duration ALL_CALLS = Duration.ofMillis(250);
    /// Ringing calls are answered while new ones are refused already. Whoever waits longer for a connection gives up soon.
    private static final Duration ALL_REQUESTS = Duration.ofSeconds(1);
    private static final Set<String> RINGING = Set.of("initiate", "invite");
    private static final int LONGEST_RETRY_SECONDS = 3;

    private final FairConnections connections;
    private final Counter refusedCalls;
    private final Counter refusedRequests;
    private volatile boolean stopping;

    AdmissionControl(DataSource database, MeterRegistry metrics) {
        this.connections = unwrapped(database);
        this.refusedCalls = refused("call", metrics);
        this.refusedRequests = refused("request", metrics);
    }

    /// Asks to carry out a command on a call.
    ///
    /// @throws ProblemException `unavailable` with the time after which to ask again, when too much is under way, or when
    ///         the service is about to stop and somebody's phone would ring
    public void command(String name) {
        if (RINGING.contains(name)) {
            newCall();
        } else {
            request();
        }
    }

    private void newCall() {
        if (stopping) {
            throw refusal("The service is about to stop: it takes no new calls.");
        }
        if (isOneTooMany(connections.waiting())) {
            refusedCalls.increment();
            throw refusal("The service has as much to do as it can: it takes no new calls for a moment.");
        }
    }

    /// Asks for anything else.
    ///
    /// @throws ProblemException `unavailable` with the time after which to ask again, when too much is under way
    void request() {
        if (connections.waiting().compareTo(ALL_REQUESTS) > 0) {
            refusedRequests.increment();
            throw refusal("The service has more to do than it can.");
        }
    }

    /// What is under way is ended, what rings rings on, but whoever calls now had better call another node.
    @EventListener
    void stopping(ContextClosedEvent event) {
        stopping = true;
    }

    private static boolean isOneTooMany(Duration waiting) {
        long over = waiting.minus(SOME_CALLS).toNanos();
        return over > 0 && ThreadLocalRandom.current().nextLong(ALL_CALLS.minus(SOME_CALLS).toNanos()) < over;
    }

    /// Not the same time for everybody, or all would be back at once.
    private static ProblemException refusal(String why) {
        var seconds = ThreadLocalRandom.current().nextInt(1, LONGEST_RETRY_SECONDS + 1);
        return new ProblemException(ProblemCode.UNAVAILABLE, why).retryAfter(Duration.ofSeconds(seconds));
    }

    private static FairConnections unwrapped(DataSource database) {
        try {
            return database.unwrap(FairConnections.class);
        } catch (SQLException failure) {
            throw new IllegalStateException("the database's connections are lent by " + database, failure);
        }
    }

    private static Counter refused(String what, MeterRegistry metrics) {
        return Counter.builder("ringback.admission.refused").tag("what", what).register(metrics);
    }
}
