package dev.ringback.notify.apns;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsPushNotification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way to one of Apple's two environments.
///
/// pushy's client opens its connections on first use, opens new ones for those that were closed, and repeats nothing. It
/// is replaced as a whole when there is reason to doubt its connections: after failures it would wait up to a minute
/// before it connects again, a connection that was cut silently would be given the next push too, and only a new
/// connection gets a new authentication token. What the old client has under way, it may finish.
final class ApnsConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApnsConnection.class);

    /// Whoever sends a ring gives up earlier; nobody waits longer.
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    /// An outage must not become a flood of handshakes.
    private static final Duration RENEWED_AT_MOST_ONCE_IN = Duration.ofSeconds(1);
    /// Apple refuses authentication tokens that change more often.
    private static final Duration AUTHENTICATION_RENEWED_AT_MOST_ONCE_IN = Duration.ofMinutes(20);

    private final Supplier<ApnsClient> open;
    private final Clock clock;
    private volatile ApnsClient client;
    private Instant renewedAt = Instant.EPOCH;
    private boolean closed;

    ApnsConnection(Supplier<ApnsClient> open, Clock clock) {
        this.open = open;
        this.clock = clock;
        this.client = open.get();
    }

    /// Opens connections without waiting for them, by pushes that nobody gets.
    void warmUp(ApnsPushNotification probe, int connections) {
        for (int i = 0; i < connections; i++) {
            var _ = client.sendNotification(probe);
        }
    }

    /// Sends, and once more on a new connection where the old one may be to blame.
    Reply ask(ApnsPushNotification request) throws InterruptedException {
        var reply = askOnce(request);
        return ApnsErrors.blamesConnection(reply) ? askOnce(request) : reply;
    }

    private Reply askOnce(ApnsPushNotification request) throws InterruptedException {
        var used = client;
        try {
            var reply = Reply.of(used.sendNotification(request).get(ANSWER_WITHIN.toSeconds(), SECONDS));
            if (ApnsErrors.blamesConnection(reply)) {
                renew(used, ApnsErrors.blamesAuthenticationToken(reply)
                        ? AUTHENTICATION_RENEWED_AT_MOST_ONCE_IN
                        : RENEWED_AT_MOST_ONCE_IN);
            }
            return reply;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("APNs: no answer", e);
            renew(used, RENEWED_AT_MOST_ONCE_IN);
            return new Reply.Lost();
        } catch (InterruptedException e) {
            renew(used, RENEWED_AT_MOST_ONCE_IN);
            throw e;
        }
    }

    /// Many may find the same client in doubt; the first one replaces it.
    private synchronized void renew(ApnsClient doubtful, Duration atMostOnceIn) {
        var now = clock.instant();
        if (closed || !client.equals(doubtful) || now.isBefore(renewedAt.plus(atMostOnceIn))) {
            return;
        }
        client = open.get();
        renewedAt = now;
        var _ = doubtful.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        var _ = client.close();
    }
}
