package dev.ringback.device;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/// Who owns which token.
///
/// A token has one owner in the whole installation, and a device one token of each platform: whoever registers a token
/// takes it from the user who had it, and drops the one it replaces.
@Service
class Registrations {
    static final int MAX_DEVICES = 20;

    private final PushTokens tokens;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Registrations(PushTokens tokens, TransactionTemplate transaction, ApplicationEventPublisher events, Clock clock) {
        this.tokens = tokens;
        this.transaction = transaction;
        this.events = events;
        this.clock = clock;
    }

    /// Registers the token and returns its device. An app does this at each start, so the usual case, a token that is
    /// where it was, is one update without a lock.
    Device register(NewToken token) {
        var deviceId = tokens.renew(token, clock.instant()).map(PushToken::deviceId).orElseGet(() -> place(token));
        return devicesOf(token.userId()).stream()
                .filter(device -> device.deviceId().equals(deviceId))
                .findFirst()
                // taken away again by somebody else meanwhile
                .orElseGet(() -> new Device(deviceId, clock.instant(), List.of()));
    }

    /// The user's devices, the one registered last first.
    List<Device> devicesOf(String userId) {
        return Device.of(tokens.ofUsers(List.of(userId)));
    }

    /// Drops a token, whoever's it is.
    void forget(String token) {
        tokens.delete(token);
    }

    void forgetDevice(String userId, String deviceId) {
        tokens.deleteDevice(userId, deviceId);
    }

    void forgetSubscription(String endpoint) {
        tokens.deleteSubscription(endpoint);
    }

    /// Puts a browser's new subscription in the place of the one that it proves to have had; false when there is none
    /// such, as after a logout.
    ///
    /// @param auth the old one's secret
    boolean replaceSubscription(String oldEndpoint, String auth, String endpoint, PushToken.WebPushKeys keys) {
        return transaction.execute(_ -> tokens.takeSubscription(oldEndpoint, auth)
                .map(old -> inTransaction(
                        new NewToken(old.userId(), old.deviceId(), Platform.WEB, endpoint, keys, null, null)))
                .isPresent());
    }

    /// Devices that pass tokens around can still wait for each other's rows; one of them is told so by the database and
    /// comes second.
    private String place(NewToken token) {
        try {
            return inTransaction(token);
        } catch (PessimisticLockingFailureException _) {
            return inTransaction(token);
        }
    }

    private String inTransaction(NewToken token) {
        return transaction.execute(_ -> {
            tokens.lock(token);
            var before = tokens.take(token.token());
            var deviceId = deviceOf(token, before);
            var environment = Optional.ofNullable(token.environment())
                    .or(() -> before.map(PushToken::environment))
                    .orElse(Environment.PRODUCTION);
            tokens.put(token.on(deviceId, environment), clock.instant());
            tokens.dropUnused(token.userId(), deviceId, MAX_DEVICES - 1)
                    .forEach(dropped -> events.publishEvent(
                            new DeviceRemoved(token.userId(), dropped, DeviceRemoved.Reason.TOO_MANY)));
            return deviceId;
        });
    }

    private static String deviceOf(NewToken token, Optional<PushToken> before) {
        return Optional.ofNullable(token.deviceId())
                .or(() -> before.filter(old -> old.userId().equals(token.userId())).map(PushToken::deviceId))
                .orElseGet(() -> UUID.randomUUID().toString());
    }
}
