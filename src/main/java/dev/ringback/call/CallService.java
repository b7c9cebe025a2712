package dev.ringback.call;

import dev.ringback.identity.RateLimits;
import dev.ringback.identity.Requester;
import dev.ringback.identity.SafeText;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/// The commands on a call, one method each, the same for HTTP and sockets.
///
/// Every method throws [ProblemException]: `call_not_found` for an unknown call, `not_a_party` or `user_mismatch` for
/// somebody who may not, `answered_elsewhere` or `call_not_active`, with the call as it stands, for somebody who was too
/// late.
@Service
class CallService {
    private final NewCalls newCalls;
    private final Initiation initiation;
    private final CallChanges changes;
    private final RateLimits limits;
    private final Permissions permissions;
    private final Survey survey;
    private final RoomTokens tokens;
    private final CallSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    CallService(NewCalls newCalls, Initiation initiation, CallChanges changes,
            RateLimits limits, Permissions permissions, Survey survey, RoomTokens tokens, CallSettings settings,
            ApplicationEventPublisher events, Clock clock) {
        this.newCalls = newCalls;
        this.initiation = initiation;
        this.changes = changes;
        this.limits = limits;
        this.permissions = permissions;
        this.survey = survey;
        this.tokens = tokens;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
    }

    /// A call and a fresh token for its room.
    record Admission(CallSnapshot call, String token) {
        @Override
        public String toString() {
            return "Admission[" + call.callId() + "]";
        }
    }

    /// @param idempotencyKey the client's, or null
    Initiation.Started initiate(Requester requester, CallRequests.Initiate request, @Nullable String idempotencyKey) {
        var call = newCalls.from(requester, request);
        return initiation.start(requester, call, newCalls.key(idempotencyKey, call, request));
    }

    /// The winner may repeat this from the same device and gets a fresh token each time.
    ///
    /// @throws ProblemException also `room_provider_unavailable`: the call is accepted, and the device repeats the accept
    ///        to get its token
    Admission accept(Requester requester, CallRequests.Accept request) {
        var userId = user(requester, request);
        var device = requester.actingOn(request.deviceId());
        var call = carriedOut(changes.apply(request.ref(requester),
                c -> c.accept(userId, device, settings.maxLength(), clock.instant())));
        return new Admission(call,
                tokens.require(call, userId, requester.displayName(request.userName(), userId)));
    }

    /// For the caller a fresh token; for a called user the same as [#accept].
    Admission token(Requester requester, CallRequests.Accept request) {
        var userId = user(requester, request);
        var call = changes.find(request.ref(requester))
                .orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND));
        if (!call.isCaller(userId)) {
            return accept(requester, request);
        }
        var snapshot = call.snapshot();
        CallInHand.is(call.id());
        if (!call.isLive()) {
            throw conflict(ProblemCode.CALL_NOT_ACTIVE, "The call is over.", snapshot);
        }
        return new Admission(snapshot, tokens.require(snapshot, userId, snapshot.callerName()));
    }

    CallSnapshot reject(Requester requester, CallRequests.Reject request) {
        var userId = user(requester, request);
        var words = SafeText.clean(request.reason(), CallRequests.MAX_REASON_TEXT);
        var why = "busy".equals(words) ? Reason.BUSY : Reason.DECLINED;
        var ownWords = "busy".equals(words) || "declined".equals(words) ? null : words;
        return carriedOut(changes.apply(request.ref(requester), call -> {
            if (request.callerId() != null && !call.isCaller(request.callerId())) {
                throw ProblemException.invalid("caller_id", "is not the caller of this call");
            }
            return call.reject(userId, why, ownWords, clock.instant());
        }));
    }

    void ignore(Requester requester, CallRequests.Ignore request) {
        var userId = user(requester, request);
        var ref = request.ref(requester);
        var device = requester.actingOn(request.deviceId());
        if (device == null) {
            throw ProblemException.invalid("device_id", "is needed");
        }
        carriedOut(changes.apply(ref, call -> call.ignore(userId, device, clock.instant())));
    }

    CallSnapshot invite(Requester requester, CallRequests.Invite request) {
        var userId = user(requester, request);
        var ref = request.ref(requester);
        var invited = List.copyOf(new LinkedHashSet<>(request.userIds()));
        var taken = limits.invite(requester, userId, invited);
        // what the backend refuses has cost it a question, and counts
        askFor(ref, userId, invited);
        boolean rang = false;
        try {
            var result = invite(ref, userId, invited);
            rang = result.transition() instanceof Transition.Done;
            return carriedOut(result);
        } finally {
            // else an outsider could use up what others may ring a user, and nobody would hear it ring
            if (!rang) {
                taken.giveBack();
            }
        }
    }

    /// Only for somebody who may invite: others are refused by the call itself.
    private void askFor(CallRef ref, String userId, List<String> invited) {
        if (permissions.areNeeded()) {
            changes.find(ref)
                    .filter(call -> call.isLive() && call.isInside(userId))
                    .ifPresent(call -> permissions.forInvitation(call.snapshot(), userId, invited));
        }
    }

    private CallChanges.Result invite(CallRef ref, String userId, List<String> invited) {
        return changes.apply(ref, call -> {
            if (invited.stream().anyMatch(call::isCaller)) {
                throw ProblemException.invalid("user_ids", "must not hold the caller");
            }
            if (!call.hasRoomFor(invited)) {
                throw ProblemException.invalid("user_ids",
                        "would make the call larger than " + Call.MAX_INVITATIONS + " called users");
            }
            var reception = survey.reception(call, userId, invited, clock.instant());
            return call.invite(userId, invited, reception, clock.instant());
        });
    }

    CallSnapshot cancel(Requester requester, CallRequests.Plain request) {
        var userId = user(requester, request);
        return carriedOut(changes.apply(request.ref(requester), call -> call.cancel(userId, clock.instant())));
    }

    CallSnapshot end(Requester requester, CallRequests.Plain request) {
        var userId = user(requester, request);
        return carriedOut(changes.apply(request.ref(requester), call -> call.end(userId, clock.instant())));
    }

    void ringing(Requester requester, CallRequests.Plain request) {
        var userId = user(requester, request);
        var device = requester.actingOn(request.deviceId());
        var result = changes.apply(request.ref(requester), c -> c.acknowledge(userId, clock.instant()));
        var call = carriedOut(result);
        events.publishEvent(new DeviceRings(call.callId(), userId, device, result.pushed()));
    }

    private static String user(Requester requester, CallRequests.NamesCall request) {
        return requester.actingAs(request.userId(), "user_id");
    }

    private static CallSnapshot carriedOut(CallChanges.Result result) {
        return switch (result.transition()) {
            case Transition.Done _,Transition.DoneQuietly _,Transition.Repeated _ -> result.call();
            case Transition.AnsweredElsewhere _ -> throw conflict(ProblemCode.ANSWERED_ELSEWHERE,
                    ProblemCode.ANSWERED_ELSEWHERE.sentence(), result.call());
            case Transition.NotActive(var why) -> throw conflict(ProblemCode.CALL_NOT_ACTIVE, why, result.call());
            case Transition.NotAParty(var why) -> throw new ProblemException(ProblemCode.NOT_A_PARTY, why);
        };
    }

    private static ProblemException conflict(ProblemCode code, String why, CallSnapshot call) {
        return new ProblemException(code, why).with("state", call.state()).with("call", call);
    }
}
