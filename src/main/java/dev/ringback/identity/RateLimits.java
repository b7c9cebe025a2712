package dev.ringback.identity;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/// Who has asked too often. Every refusal is the same `rate_limited`, whichever limit it was, so that nobody learns who
/// else rings a user.
@Component
public class RateLimits {
    /// Between two user ids, which hold no control characters.
    private static final char AND = '\n';
    /// In the place of a caller's id; no user can have it.
    private static final String TESTER = AND + "test";

    private final RateLimitSettings settings;
    private final Buckets buckets;
    private final MeterRegistry metrics;

    RateLimits(RateLimitSettings settings, Buckets buckets, MeterRegistry metrics) {
        this.settings = settings;
        this.buckets = buckets;
        this.metrics = metrics;
    }

    /// Counts a call of `callerId` to `calledIds`.
    ///
    /// @throws ProblemException `rate_limited`, and then nothing is counted
    public Taken initiate(Requester requester, String callerId, Collection<String> calledIds) {
        return requester.server()
                ? Taken.NOTHING
                : take(Stream.concat(Stream.of(new Key(Limit.INITIATES_PER_USER, callerId)),
                        rings(callerId, calledIds)));
    }

    /// Counts that `userId` rings `invitedIds` in a call that lives.
    ///
    /// @throws ProblemException `rate_limited`, and then nothing is counted
    public Taken invite(Requester requester, String userId, Collection<String> invitedIds) {
        return requester.server() ? Taken.NOTHING : take(rings(userId, invitedIds));
    }

    /// Counts a test ring of `userId`'s devices, whoever asks for it.
    ///
    /// @throws ProblemException `rate_limited`, and then nothing is counted
    public void testRing(String userId) {
        take(rings(TESTER, List.of(userId)));
    }

    /// Counts a request that proves nobody.
    ///
    /// @throws ProblemException `rate_limited`
    public void anonymous(String address) {
        take(Stream.of(new Key(Limit.ANONYMOUS_PER_ADDRESS, address)));
    }

    /// Counts the same where a refusal is no problem detail.
    ///
    /// @return whether there was one left
    public boolean takeAnonymous(String address) {
        try {
            anonymous(address);
            return true;
        } catch (ProblemException _) {
            return false;
        }
    }

    /// Refuses an address that has nothing left, without counting.
    ///
    /// @throws ProblemException `rate_limited`
    public void mayBeAnonymous(String address) {
        if (settings.enabled()) {
            var probe = buckets.of(Limit.ANONYMOUS_PER_ADDRESS, address).estimateAbilityToConsume(1);
            if (!probe.canBeConsumed()) {
                throw refused(Limit.ANONYMOUS_PER_ADDRESS, probe.getNanosToWaitForRefill());
            }
        }
    }

    /// Sockets that one user may have open on this node.
    public int socketsPerUser() {
        return settings.enabled() ? settings.socketsPerUser() : Integer.MAX_VALUE;
    }

    /// Sockets of one address that may be open on this node without a user.
    public int waitingSocketsPerAddress() {
        return settings.enabled() ? settings.waitingSocketsPerAddress() : Integer.MAX_VALUE;
    }

    private static Stream<Key> rings(String callerId, Collection<String> calledIds) {
        return calledIds.stream()
                .flatMap(called -> Stream.of(new Key(Limit.INITIATES_PER_PAIR, callerId + AND + called),
                        new Key(Limit.RINGS_PER_CALLED_USER, called)));
    }

    private Taken take(Stream<Key> keys) {
        if (!settings.enabled()) {
            return Taken.NOTHING;
        }
        var taken = new ArrayList<Bucket>();
        for (var key : keys.toList()) {
            var bucket = buckets.of(key.limit(), key.of());
            var probe = bucket.tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                new Taken(taken).giveBack();
                throw refused(key.limit(), probe.getNanosToWaitForRefill());
            }
            taken.add(bucket);
        }
        return new Taken(taken);
    }

    private ProblemException refused(Limit limit, long nanosToWait) {
        Counter.builder("ringback.rate.limited")
                .description("requests that were refused for coming too often")
                .tags("limit", limit.name().toLowerCase(Locale.ROOT))
                .register(metrics)
                .increment();
        return new ProblemException(ProblemCode.RATE_LIMITED)
                .retryAfter(Duration.ofSeconds(Duration.ofNanos(nanosToWait).plusNanos(999_999_999).toSeconds()));
    }

    private record Key(Limit limit, String of) {}

    /// What a request has cost.
    public static final class Taken {
        static final Taken NOTHING = new Taken(List.of());

        private final List<Bucket> buckets;

        private Taken(List<Bucket> buckets) {
            this.buckets = List.copyOf(buckets);
        }

        /// It rang nobody after all. Called at most once.
        public void giveBack() {
            buckets.forEach(bucket -> bucket.addTokens(1));
        }
    }
}
