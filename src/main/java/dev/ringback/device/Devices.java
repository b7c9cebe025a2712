package dev.ringback.device;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/// The tokens that reach users, and what is learnt about them by using them.
@Service
public class Devices implements EnvironmentMemory {
    private static final Duration MARKED_AT_MOST_EVERY = Duration.ofHours(1);

    private final PushTokens tokens;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Devices(PushTokens tokens, TransactionTemplate transaction, ApplicationEventPublisher events, Clock clock) {
        this.tokens = tokens;
        this.transaction = transaction;
        this.events = events;
        this.clock = clock;
    }

    /// One device of one user.
    public record Ref(String userId, String deviceId) {}

    /// The tokens of these users, ordered by user, device and platform.
    public List<PushToken> tokensOf(Collection<String> userIds) {
        return userIds.isEmpty() ? List.of() : tokens.ofUsers(userIds);
    }

    /// Removes a token that its provider calls dead, if it is still the user's and the one that was sent to.
    ///
    /// @param deadSince the provider's, or null when it does not say: a token registered after that is alive again
    /// @return whether it was removed
    public boolean remove(PushToken sent, @Nullable Instant deadSince) {
        return transaction.execute(_ -> {
            boolean removed = tokens.deleteUnchanged(sent, deadSince);
            if (removed && tokens.ofUsers(List.of(sent.userId())).stream().noneMatch(isOn(sent.deviceId()))) {
                events.publishEvent(
                        new DeviceRemoved(sent.userId(), sent.deviceId(), DeviceRemoved.Reason.DEAD_TOKEN));
            }
            return removed;
        });
    }

    /// Notes that these devices were seen to ring. Written at most once an hour for each.
    public void markUsed(Collection<Ref> devices) {
        if (!devices.isEmpty()) {
            var now = clock.instant();
            tokens.markUsed(devices, now, now.minus(MARKED_AT_MOST_EVERY));
        }
    }

    private static Predicate<PushToken> isOn(String deviceId) {
        return token -> token.deviceId().equals(deviceId);
    }

    @Override
    public void answersIn(PushToken token, Environment environment) {
        tokens.setEnvironment(token, environment);
    }
}
