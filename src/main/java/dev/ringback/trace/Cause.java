package dev.ringback.trace;

import dev.ringback.trace.Delivered.Attempt;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Why a ring's delivery did not make its device ring, in words of a developer: a clause that goes on after a colon.
/// Devices that share a cause share the words.
final class Cause {
    private Cause() {}

    /// @param ringing whether the ring may still come
    static String of(Delivered ring, boolean ringing) {
        var entry = ring.entry();
        if (entry.acknowledgedAt() != null) {
            return "its app connected while it rang and was told, but " + neverSaid(ringing);
        }
        var last = ring.attempts().isEmpty() ? null : ring.attempts().getLast();
        var code = Objects.requireNonNullElse(entry.code(), "");
        return switch (entry.state()) {
            case "sent" -> sent(ring.attempts(), code, ringing);
            case "waiting" -> switch (code) {
                case "on_socket" -> "its socket was told, and a push follows if it does not say that it rings";
                case "online_first" -> "its user is online, and a push follows if no device says that it rings";
                default -> notAsked(code, last) + ", and it is tried again";
            };
            case "sending" -> last == null ? "its push is on its way" : failed(last) + ", and it is tried again";
            default -> over(code, last);
        };
    }

    /// What became of a ring that was published, as a clause.
    static String atBroker(Delivered ring) {
        var broker = ring.entry().broker();
        var code = inBrackets(Objects.requireNonNullElse(ring.entry().code(), ""));
        var last = ring.attempts().isEmpty() ? "" : ring.attempts().getLast().outcome();
        return switch (ring.entry().state()) {
            case "sent" -> broker + " took the ring";
            case "waiting", "sending" -> broker + " has not taken the ring yet" + code;
            default -> last.equals("unheard")
                    ? "nobody listened at " + broker + code
                    : broker + " did not take the ring" + code;
        };
    }

    private static String sent(List<Attempt> attempts, String code, boolean ringing) {
        var taken = attempts.stream().filter(attempt -> attempt.outcome().equals("delivered")).findFirst();
        var service = taken.map(Cause::service).orElse("the push service");
        if (code.equals("ignored")) {
            return service + " took the push, and then the device was silenced (ignored)";
        }
        return service + " took the push, but the device " + neverSaid(ringing)
                + (ringing
                        ? ""
                        : ": it may be off or offline, not allow notifications, or its app not send \"ringing\"");
    }

    private static String neverSaid(boolean ringing) {
        return ringing ? "has not said yet that it rings" : "never said that it rings";
    }

    /// It did not go out, or nobody took it.
    private static String over(String code, @Nullable Attempt last) {
        var before = last == null ? "" : failed(last) + ", and then ";
        return switch (code) {
            case "channel_off" -> "the push channel for its platform is off (no credentials are set for it)";
            case "no_token" -> before + "it had no token left";
            case "too_late" -> before + "the deadline passed before it could be pushed";
            case "overtaken" -> before + "the ring was over before it could be pushed";
            case "rings_elsewhere" ->
                "another device of its user, who was online, rang, so it was not pushed (online-first)";
            case "ignored" -> before + "the device was silenced (ignored) before it could be pushed";
            default -> notAsked(code, last);
        };
    }

    private static String notAsked(String code, @Nullable Attempt last) {
        if (code.equals("circuit_open")) {
            return (last == null ? "its push service" : service(last))
                    + " answered nobody lately and was not asked (circuit_open)";
        }
        return last == null ? "it could not be pushed" + inBrackets(code) : failed(last);
    }

    private static String failed(Attempt attempt) {
        var service = service(attempt);
        var code = Objects.requireNonNullElse(attempt.code(), "");
        return switch (attempt.outcome()) {
            case "dead_token" -> service + " says that its token is dead" + inBrackets(code)
                    + (attempt.tokenRemoved() == null ? ", but the token was kept" : ", so the token was removed");
            case "refused" -> refused(service, code);
            case "try_later" -> notNow(service, code);
            default -> service + " took a push";
        };
    }

    private static String refused(String service, String code) {
        return switch (code) {
            case "address_not_allowed" -> "its subscription's address is not one of an allowed push service";
            case "subscription_keys" -> "the keys of its subscription cannot be used";
            case "redirect" -> service + " answered with a redirect, which is not followed";
            default -> service + " refused the push" + inBrackets(code)
                    + ", which is a matter of credentials or settings and not of the token (see GET /api/push/check)";
        };
    }

    private static String notNow(String service, String code) {
        return switch (code) {
            case "timeout" -> service + " did not answer in time";
            case "connection" -> service + " could not be reached";
            case "failure" -> "the channel failed on the way to " + service + " (the log says how)";
            case "interrupted" -> "the service was stopped while it asked " + service;
            case "unreadable" -> "what answered was not " + service;
            case "429", "QUOTA_EXCEEDED", "RESOURCE_EXHAUSTED", "TooManyRequests" ->
                service + " takes no more pushes for now" + inBrackets(code);
            default -> service + " was in trouble" + inBrackets(code);
        };
    }

    private static String service(Attempt attempt) {
        return switch (attempt.channel()) {
            case "fcm" -> "FCM";
            case "apns" -> "APNs";
            case "web-push" -> "the browser's push service";
            default -> attempt.channel();
        };
    }

    private static String inBrackets(String code) {
        return code.isEmpty() ? "" : " (" + code + ")";
    }
}
