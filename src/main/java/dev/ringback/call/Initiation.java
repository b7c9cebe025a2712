package dev.ringback.call;

import dev.ringback.identity.RateLimits;
import dev.ringback.identity.Requester;
import dev.ringback.room.RoomFailure;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Places calls: a room first, then the transaction that makes the call ring, then the caller's token while it rings.
///
/// No transaction is open while the room provider is asked.
@Component
class Initiation {
    /// A room that was there already can be lost to somebody else once; the second try brings a room of its own.
    private static final int TRIES = 2;

    private final RateLimits limits;
    private final Permissions permissions;
    private final Survey survey;
    private final Rooms rooms;
    private final Placement placement;
    private final IdempotencyKeys keys;
    private final CallChanges changes;
    private final RoomTokens tokens;
    private final Clock clock;

    Initiation(RateLimits limits, Permissions permissions, Survey survey, Rooms rooms, Placement placement,
            IdempotencyKeys keys, CallChanges changes, RoomTokens tokens, Clock clock) {
        this.limits = limits;
        this.permissions = permissions;
        this.survey = survey;
        this.rooms = rooms;
        this.placement = placement;
        this.keys = keys;
        this.changes = changes;
        this.tokens = tokens;
        this.clock = clock;
    }

    /// What the caller is told.
    ///
    /// @param callerToken null when the provider has none right now, or the call is over: the caller asks again
    /// @param replayed whether this is an earlier request's call, found by its idempotency key
    record Started(CallSnapshot call, @Nullable String callerToken, boolean replayed) {
        @Override
        public String toString() {
            return "Started[" + call.callId() + "]";
        }
    }

    /// Places the call, or joins the one that the called user is just making to the caller.
    ///
    /// @param key null when the client sent none
    /// @throws ProblemException when the caller rings too often, the operator's backend does not let the call ring, the room
    ///        provider makes no room, or the key was used for another request
    Started start(Requester requester, NewCall call, IdempotencyKeys.@Nullable Key key) {
        var known = key == null ? Optional.<UUID>empty() : keys.find(key, clock.instant());
        return known.map(id -> replay(call, id)).orElseGet(() -> startNew(requester, call, key));
    }

    private Started startNew(Requester requester, NewCall asked, IdempotencyKeys.@Nullable Key key) {
        CallInHand.is(asked.id());
        var taken = limits.initiate(requester, asked.callerId(), asked.calledIds());
        var call = permissions.forNew(asked);
        var findings = survey.look(call.callerId(), call.calledIds(), clock.instant());
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            var room = attempt == 1 ? prepare(call, findings) : fresh(call);
            switch (place(call, room, key, findings)) {
                case Placement.Outcome.Placed(var placed) -> {
                    return new Started(placed, callerToken(placed, call, room), false);
                }
                case Placement.Outcome.Merged(var merged) -> {
                    CallInHand.is(merged.callId());
                    return new Started(merged, offer(merged, call), false);
                }
                case Placement.Outcome.Duplicate _ -> {
                    taken.giveBack();
                    return replay(call, keys.find(Objects.requireNonNull(key), clock.instant())
                            .orElseThrow(() -> new ProblemException(ProblemCode.UNAVAILABLE)));
                }
                case Placement.Outcome.RoomGone _ -> {
                }
            }
        }
        throw new IllegalStateException("a fresh room cannot be gone");
    }

    private Placement.Outcome place(NewCall call, PreparedRoom room, IdempotencyKeys.@Nullable Key key,
            Survey.Findings findings) {
        try {
            return placement.place(call, room, key, findings);
        } catch (RuntimeException failure) {
            giveUpAfter(failure, room);
            throw failure;
        }
    }

    private void giveUpAfter(RuntimeException failure, PreparedRoom room) {
        try {
            rooms.giveUp(room, clock.instant());
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    private Started replay(NewCall call, UUID callId) {
        CallInHand.is(callId);
        var snapshot = changes.find(new CallRef.ById(callId))
                .map(Call::snapshot)
                .orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND));
        return new Started(snapshot, snapshot.state().isLive() ? offer(snapshot, call) : null, true);
    }

    private @Nullable String callerToken(CallSnapshot placed, NewCall call, PreparedRoom room) {
        if (!placed.state().isLive()) {
            return null;
        }
        return room instanceof PreparedRoom.Kept kept ? kept.callerToken() : offer(placed, call);
    }

    private @Nullable String offer(CallSnapshot snapshot, NewCall call) {
        return tokens.offer(snapshot, call.callerId(), call.callerName()).orElse(null);
    }

    private PreparedRoom prepare(NewCall call, Survey.Findings findings) {
        try {
            return rooms.prepare(call, findings);
        } catch (RoomFailure failure) {
            throw RoomTokens.problem(failure);
        }
    }

    private PreparedRoom fresh(NewCall call) {
        try {
            return rooms.fresh(call);
        } catch (RoomFailure failure) {
            throw RoomTokens.problem(failure);
        }
    }
}
