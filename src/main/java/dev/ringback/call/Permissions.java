package dev.ringback.call;

import dev.ringback.permit.Permit;
import dev.ringback.permit.PermitQuestion;
import dev.ringback.permit.Permits;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/// Gets the word of the operator's backend on a ring. No transaction is open while it is asked.
///
/// Whether the called users have blocked the caller makes no difference to it, or its time would tell.
@Component
class Permissions {
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Permits permits;
    private final ApplicationEventPublisher events;

    Permissions(Permits permits, ApplicationEventPublisher events) {
        this.permits = permits;
        this.events = events;
    }

    /// Whether anybody is asked at all.
    boolean areNeeded() {
        return permits.areAsked();
    }

    /// The call as it may ring: with the name that the backend has given its caller, if it has.
    ///
    /// @throws ProblemException `call_denied`; `unavailable` when the backend does not answer and that is not to be allowed
    NewCall forNew(NewCall call) {
        if (!areNeeded()) {
            return call;
        }
        var name = ask(new PermitQuestion(call.id(), call.callerId(), call.callerName(), call.calledIds(),
                word(call.callType()), null));
        return name.isEmpty() ? call : call.withCallerName(name);
    }

    /// Lets a party ring these users in a call that lives. Its caller keeps the name it began with.
    ///
    /// @throws ProblemException as [#forNew]
    void forInvitation(CallSnapshot call, String byUserId, List<String> userIds) {
        ask(new PermitQuestion(call.callId(), call.callerId(), call.callerName(), userIds, word(call.callType()),
                byUserId));
    }

    /// Returns the caller's name as the backend wants it, empty when it does not mind.
    private String ask(PermitQuestion question) {
        long asked = System.nanoTime();
        return switch (permits.ask(question)) {
            case Permit.NotAsked _ -> "";
            case Permit.Allowed(var name) -> {
                step(question.callId(), CallStep.Kind.PERMITTED, asked);
                yield Objects.requireNonNullElse(name, "");
            }
            case Permit.Denied(var reason) -> throw new ProblemException(ProblemCode.CALL_DENIED,
                    Objects.requireNonNullElse(reason, ProblemCode.CALL_DENIED.sentence()));
            case Permit.Unanswered(var mayRing) -> {
                if (!mayRing) {
                    throw new ProblemException(ProblemCode.UNAVAILABLE,
                            "It cannot be found out right now whether the call is allowed.").retryAfter(RETRY);
                }
                step(question.callId(), CallStep.Kind.PERMIT_UNANSWERED, asked);
                yield "";
            }
        };
    }

    private void step(UUID callId, CallStep.Kind kind, long asked) {
        events.publishEvent(new CallStep(callId, kind, null, Duration.ofNanos(System.nanoTime() - asked)));
    }

    private static String word(CallType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
