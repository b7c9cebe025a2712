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
    /// A burst of calls, or a database that writes a checkpoint, is over by then.
    private static final Duration A_MOMENT = Duration.ofMillis(500);
    private static final int SOME_CALLS_FROM = 5;
    private static final int ALL_REQUESTS_FROM = 4;
    private static final Set<String> RINGING = Set.of("initiate", "invite");
    private static final int LONGEST_RETRY_SECONDS = 3;

    private final FairConnections connections;
    /// From here on some new calls are refused, and more the longer the waiting: all at once would make the service swing
    /// between too much and too little, since what a call asks for comes some time after it was let in.
    private final Duration someCalls;
    private final Duration allCalls;
    /// Ringing calls are answered while new ones are refused already.
    private final Duration allRequests;
    private final Counter refusedCalls;
    private final Counter refusedRequests;
    private volatile boolean stopping;

    AdmissionControl(DataSource database, AdmissionSettings settings, MeterRegistry metrics) {
        this.connections = unwrapped(database);
        this.allCalls = settings.longestWait();
        this.someCalls = allCalls.dividedBy(SOME_CALLS_FROM);
        this.allRequests = allCalls.multipliedBy(ALL_REQUESTS_FROM);
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
        if (connections.crowdedFor().compareTo(A_MOMENT) > 0 && isOneTooMany(connections.waiting())) {
            refusedCalls.increment();
            throw refusal("The service has as much to do as it can: it takes no new calls for a moment.");
        }
    }

    /// Asks for anything else.
    ///
    /// @throws ProblemException `unavailable` with the time after which to ask again, when too much is under way
    void request() {
        if (connections.waiting().compareTo(allRequests) > 0) {
            refusedRequests.increment();
            throw refusal("The service has more to do than it can.");
        }
    }

    /// What is under way is ended, what rings rings on, but whoever calls now had better call another node.
    @EventListener
    void stopping(ContextClosedEvent event) {
        stopping = true;
    }

    private boolean isOneTooMany(Duration waiting) {
        long over = waiting.minus(someCalls).toNanos();
        return over > 0 && ThreadLocalRandom.current().nextLong(allCalls.minus(someCalls).toNanos()) < over;
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
        return Counter.builder("ringback.admission.refused")
                .description("requests that were refused since too much was under way")
                .tag("what", what)
                .register(metrics);
    }
}
