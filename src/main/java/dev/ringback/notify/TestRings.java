package dev.ringback.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.device.Devices;
import dev.ringback.device.PushToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/// Rings one device by its real push service, without a call, and says what the push service answered.
///
/// The push is a ring like any other, since a phone that is sent something else would not show whether it rings, and iOS
/// ends an app that reports no call for a VoIP push. It is from [#CALLER] and marked by `"custom": {"test_ring": true}`,
/// names a call that does not exist and carries nothing to act with, and is over after [#RINGS_FOR] by its own deadline.
/// It is written down nowhere, counted in no metric, tried once, and takes away no token.
@Service
public class TestRings {
    /// Who calls.
    static final String CALLER = "ringback-test";
    static final Duration RINGS_FOR = Duration.ofSeconds(15);
    private static final Logger LOG = LoggerFactory.getLogger(TestRings.class);
    private static final String CALLER_NAME = "Test ring";
    private static final String MARK = "{\"test_ring\":true}";

    private final Devices devices;
    private final Channels channels;
    private final Clock clock;

    TestRings(Devices devices, Channels channels, Clock clock) {
        this.devices = devices;
        this.channels = channels;
        this.clock = clock;
    }

    /// What came of it at one of the device's tokens.
    ///
    /// @param channel null when no channel reaches the platform
    /// @param token its last characters
    /// @param outcome `delivered`, `dead_token`, `refused`, `try_later`, or `channel_off`
    /// @param code the provider's word, where it was not taken
    /// @param providerId the provider's own name for it
    /// @param tookMs until the provider answered, in milliseconds; null when it was not asked
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Try(@Nullable String channel, String platform, String token, String outcome, @Nullable String code,
            @Nullable String providerId, @Nullable Long tookMs) {}

    /// A test ring.
    ///
    /// @param callId of the call that does not exist
    /// @param tries at the device's tokens, the best first, until one was taken
    public record TestRing(UUID callId, Instant expiresAt, List<Try> tries) {
        public TestRing {
            tries = List.copyOf(tries);
        }
    }

    /// Rings the device; waits for the push services' answers, each as long as its channel does.
    ///
    /// @return with no tries, when the user has no such device
    /// @throws InterruptedException when the service stops
    public TestRing ring(String userId, String deviceId) throws InterruptedException {
        var tokens = devices.tokensOf(List.of(userId))
                .stream()
                .filter(token -> token.deviceId().equals(deviceId))
                .toList();
        var now = clock.instant();
        var ring = notice(userId, now);
        var tries = new ArrayList<Try>();
        for (var token : channels.carrying(NoticeType.INCOMING_CALL, tokens)) {
            var attempt = attempt(ring, token, now);
            tries.add(attempt);
            if (!attempt.outcome().equals("dead_token") && !attempt.outcome().equals("refused")) {
                break;
            }
        }
        if (tries.isEmpty()) {
            tokens.forEach(token -> tries.add(notTried(token)));
        }
        return new TestRing(ring.call().callId(), ring.expiresAt(), tries);
    }

    private Try attempt(Notice ring, PushToken token, Instant now) throws InterruptedException {
        var channel = channels.of(token.platform()).orElseThrow();
        long started = System.nanoTime();
        var outcome = outcome(channel, new Push(UUID.randomUUID(), ring, token, null, ring.expiresAt(),
                Duration.between(now, ring.expiresAt())));
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        return new Try(channel.name(), token.platform().word(), token.tail(), Lane.word(outcome),
                DeliveryLog.code(outcome), DeliveryLog.providerId(outcome), tookMs);
    }

    private static Outcome outcome(Channel channel, Push push) throws InterruptedException {
        var notifier = channel.notifier();
        if (notifier == null) {
            throw new IllegalStateException("a channel that is off carries nothing");
        }
        try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
            var answer = thread.submit(() -> notifier.send(push));
            try {
                return answer.get(channel.timeout().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                return new Outcome.TryLater("timeout", null);
            } catch (ExecutionException failure) {
                LOG.error("{}: unexpected failure of a test ring", channel.name(), failure.getCause());
                return new Outcome.TryLater("failure", null);
            } finally {
                answer.cancel(true);
            }
        }
    }

    /// Its channel is off, or carries no ring to this kind of token.
    private Try notTried(PushToken token) {
        return new Try(channels.of(token.platform()).map(Channel::name).orElse(null), token.platform().word(),
                token.tail(), "channel_off", null, null, null);
    }

    private static Notice notice(String userId, Instant now) {
        var call = new Notice.Subject(UuidCreator.getTimeOrderedEpoch(), null, 1, "ringing", null, "audio", CALLER,
                CALLER_NAME, userId, List.of(new Notice.Leg(userId, "ringing", null, null)), now, null, null,
                "on_accept", false, MARK);
        return new Notice(userId, NoticeType.INCOMING_CALL, call, null, null, now.plus(RINGS_FOR),
                RINGS_FOR.toMillis(), null, null, null, null);
    }
}
