package dev.ringback.notify.apns;

import dev.ringback.notify.Outcome;
import dev.ringback.notify.apns.Reply.Lost;
import dev.ringback.notify.apns.Reply.Rejected;
import dev.ringback.notify.apns.Reply.Taken;
import java.time.Duration;
import java.util.Set;

/// What to do about Apple's words (developer.apple.com, *Handling notification responses from APNs*). Most of them blame
/// our request or our credentials, and so does an unknown one of status 4xx.
final class ApnsErrors {
    static final String BAD_DEVICE_TOKEN = "BadDeviceToken";

    /// The key is allowed in one environment only, and this is the other.
    static final String WRONG_ENVIRONMENT_FOR_KEY = "BadEnvironmentKeyIdInToken";

    /// Apple names no time.
    static final Duration DEVICE_PAUSE = Duration.ofSeconds(5);

    /// What is wrong with a connection's authentication token. Only a new connection gets a new one.
    private static final Set<String> AUTHENTICATION_TOKEN = Set.of("ExpiredProviderToken",
            "TooManyProviderTokenUpdates");
    private static final Set<String> CREDENTIALS = Set.of("InvalidProviderToken", "MissingProviderToken",
            "UnrelatedKeyIdInToken", "Forbidden");
    private static final Set<String> TOPIC = Set.of("TopicDisallowed", "DeviceTokenNotForTopic", "BadTopic",
            "MissingTopic");

    private ApnsErrors() {}

    static Outcome outcome(Reply reply) {
        return switch (reply) {
            case Taken(var apnsId) -> new Outcome.Delivered(apnsId);
            case Lost() -> new Outcome.TryLater("connection", null);
            case Rejected rejected -> outcome(rejected);
        };
    }

    private static Outcome outcome(Rejected rejected) {
        var code = rejected.reason();
        return switch (code) {
            case BAD_DEVICE_TOKEN -> new Outcome.DeadToken(code, null);
            case "Unregistered", "ExpiredToken" -> new Outcome.DeadToken(code, rejected.since());
            // of this one device
            case "TooManyRequests" -> new Outcome.TryLater(code, DEVICE_PAUSE);
            case "TooManyProviderTokenUpdates" -> new Outcome.Refused(code);
            // says that Apple closes a connection, though under status 400
            case "IdleTimeout" -> new Outcome.TryLater(code, null);
            default -> byStatus(rejected);
        };
    }

    private static Outcome byStatus(Rejected rejected) {
        var status = rejected.status();
        if (status == 410) {
            return new Outcome.DeadToken(rejected.reason(), rejected.since());
        }
        return status == 429 || status >= 500
                ? new Outcome.TryLater(rejected.reason(), null)
                : new Outcome.Refused(rejected.reason());
    }

    /// Whether the same push may well be taken on another connection.
    static boolean blamesConnection(Reply reply) {
        return switch (reply) {
            case Taken _ -> false;
            case Lost _ -> true;
            case Rejected(var status, var reason, _) -> status >= 500 || reason.equals("IdleTimeout")
                    || AUTHENTICATION_TOKEN.contains(reason);
        };
    }

    static boolean blamesAuthenticationToken(Reply reply) {
        return reply instanceof Rejected(_, var reason, _) && AUTHENTICATION_TOKEN.contains(reason);
    }

    /// How to mend what the credentials' trial showed.
    static String advice(Rejected rejected) {
        var reason = rejected.reason();
        if (CREDENTIALS.contains(reason)) {
            return "Apple does not accept the signing key (%s): ringback.apns.key, key-id and team-id must belong together, and the key must not be revoked."
                    .formatted(reason);
        }
        if (TOPIC.contains(reason)) {
            return "The signing key's team may not push to the app (%s): check ringback.apns.bundle-id and the app's push capability."
                    .formatted(reason);
        }
        return switch (reason) {
            case WRONG_ENVIRONMENT_FOR_KEY ->
                "The signing key is not for the production environment (%s): sandbox devices only, or make a key for both."
                        .formatted(reason);
            case "ExpiredProviderToken" ->
                "Apple finds our signature too old (%s): the clock of this machine is wrong.".formatted(reason);
            default -> "Apple answers %s (HTTP %d).".formatted(reason, rejected.status());
        };
    }
}
