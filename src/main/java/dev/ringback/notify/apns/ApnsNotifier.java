package dev.ringback.notify.apns;

import dev.ringback.device.Environment;
import dev.ringback.device.EnvironmentMemory;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Notifier;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.notify.apns.Reply.Lost;
import dev.ringback.notify.apns.Reply.Rejected;
import dev.ringback.notify.apns.Reply.Taken;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rings iPhones through their VoIP token, and shows calls on their alert token.
final class ApnsNotifier implements Notifier, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApnsNotifier.class);
    private static final Set<NoticeType> STOPS = Set.of(NoticeType.CALL_CANCELLED, NoticeType.CALL_ANSWERED_ELSEWHERE,
            NoticeType.CALL_ENDED);

    private final ApnsRequests requests;
    private final boolean voipCancel;
    private final Map<Environment, ApnsConnection> connections;
    private final EnvironmentMemory memory;

    /// @param connections to both environments; they end with this notifier
    ApnsNotifier(ApnsRequests requests, boolean voipCancel, Map<Environment, ApnsConnection> connections,
            EnvironmentMemory memory) {
        this.requests = requests;
        this.voipCancel = voipCancel;
        this.connections = new EnumMap<>(connections);
        this.memory = memory;
    }

    @Override
    public boolean carries(NoticeType type, Platform platform) {
        return switch (platform) {
            case IOS -> type == NoticeType.INCOMING_CALL || (voipCancel && STOPS.contains(type));
            case IOS_ALERT ->
                type == NoticeType.INCOMING_CALL || type == NoticeType.CALL_MISSED || STOPS.contains(type);
            case ANDROID, FCM_IOS, WEB, FCM_WEB -> false;
        };
    }

    @Override
    public Outcome send(Push push) throws InterruptedException {
        if (!ApnsRequests.wellFormed(push.to())) {
            return new Outcome.DeadToken(ApnsErrors.BAD_DEVICE_TOKEN, null);
        }
        var atHome = sendTo(push.to().environment(), push);
        return isUnknown(atHome) ? sendElsewhere(push, atHome) : atHome;
    }

    @Override
    public Check check() throws InterruptedException {
        return switch (connection(Environment.PRODUCTION).ask(requests.probe())) {
            case Rejected rejected when rejected.reason().equals(ApnsErrors.BAD_DEVICE_TOKEN) ->
                new Check(true, "Apple accepts the signing key.");
            case Rejected rejected -> new Check(false, ApnsErrors.advice(rejected));
            case Taken _ -> new Check(true, "The server takes pushes. It is not Apple's: it took one for nobody.");
            case Lost _ ->
                new Check(false, "Apple's push service cannot be reached: check ringback.apns.host and port, "
                        + "and that the firewall lets HTTP/2 out.");
        };
    }

    /// Opens connections in the background, so that the first ring does not wait for them.
    void warmUp(int connectionsEach) {
        connections.values().forEach(connection -> connection.warmUp(requests.probe(), connectionsEach));
    }

    @Override
    public void close() {
        connections.values().forEach(ApnsConnection::close);
    }

    /// A token that one environment does not know may live in the other, and whether it is dead is then for that one to
    /// say; unless it does not let our key in, where none of its devices could be reached anyway.
    private Outcome sendElsewhere(Push push, Outcome atHome) throws InterruptedException {
        var elsewhere = push.to().environment().other();
        var outcome = sendTo(elsewhere, push);
        if (outcome instanceof Outcome.Delivered) {
            remember(push.to(), elsewhere);
        }
        return outcome.equals(new Outcome.Refused(ApnsErrors.WRONG_ENVIRONMENT_FOR_KEY)) ? atHome : outcome;
    }

    /// The push has been taken: whatever happens here, it must not be sent again.
    private void remember(PushToken token, Environment environment) {
        try {
            memory.answersIn(token, environment);
        } catch (RuntimeException e) {
            LOG.warn("APNs: could not remember that {} lives in {}; it is asked there again", token, environment, e);
        }
    }

    private Outcome sendTo(Environment environment, Push push) throws InterruptedException {
        return ApnsErrors.outcome(connection(environment).ask(requests.of(push)));
    }

    private ApnsConnection connection(Environment environment) {
        return Objects.requireNonNull(connections.get(environment));
    }

    private static boolean isUnknown(Outcome outcome) {
        return outcome instanceof Outcome.DeadToken(var code, _) && code.equals(ApnsErrors.BAD_DEVICE_TOKEN);
    }
}
