package dev.ringback.call;

import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// The one transaction that makes a call ring, or finds that it need not.
@Component
class Placement {
    private final Survey survey;
    private final Rooms rooms;
    private final IdempotencyKeys keys;
    private final CallChanges changes;
    private final CallSettings settings;
    private final Clock clock;

    Placement(Survey survey, Rooms rooms, IdempotencyKeys keys, CallChanges changes,
            CallSettings settings, Clock clock) {
        this.survey = survey;
        this.rooms = rooms;
        this.keys = keys;
        this.changes = changes;
        this.settings = settings;
        this.clock = clock;
    }

    /// How it ended.
    sealed interface Outcome {
        /// The call rings (or was refused as busy).
        record Placed(CallSnapshot call) implements Outcome {}

        /// The called user was calling the caller: both are now in that call.
        record Merged(CallSnapshot call) implements Outcome {}

        /// Another request with the same idempotency key was faster.
        record Duplicate() implements Outcome {}

        /// Somebody else has the room that was to be taken, or it was just given up.
        record RoomGone() implements Outcome {}
    }

    /// Places the call in the room. A fresh room that is not used is given up here, or by the caller if this throws.
    ///
    /// @param seen what was found before the room was prepared
    @Transactional
    Outcome place(NewCall call, PreparedRoom room, IdempotencyKeys.@Nullable Key key, Survey.Findings seen) {
        if (key != null && !keys.claim(key, call.id(), clock.instant())) {
            rooms.giveUp(room, clock.instant());
            return new Outcome.Duplicate();
        }
        // of two who call each other at the same time, one waits here and then sees the other's call
        var findings = call.onlyCalled() == null
                ? seen
                : survey.lookAlone(call.callerId(), call.onlyCalled(), clock.instant());
        var merged = findings.callBack().map(other -> merge(call, other)).orElse(null);
        if (merged != null) {
            rooms.giveUp(room, clock.instant());
            if (key != null) {
                keys.pointTo(key, merged.callId());
            }
            return new Outcome.Merged(merged);
        }
        if (!rooms.take(room, clock.instant())) {
            if (key != null) {
                keys.release(key);
            }
            return new Outcome.RoomGone();
        }
        return new Outcome.Placed(ring(call, room, findings));
    }

    private @Nullable CallSnapshot merge(NewCall call, UUID other) {
        var result = changes.applyAlone(other, c -> c.mergeWithCallOf(call.callerId(), call.callerDevice(),
                settings.maxLength(), clock.instant()));
        return result.transition() instanceof Transition.Done ? result.call() : null;
    }

    private CallSnapshot ring(NewCall newCall, PreparedRoom room, Survey.Findings findings) {
        var roomId = switch (room) {
            case PreparedRoom.Fresh(var id) -> id;
            case PreparedRoom.Warm(var id) -> id;
            case PreparedRoom.Kept(var id, _) -> id;
            case PreparedRoom.None _ -> null;
        };
        var call = new Call(newCall, roomId, findings.reception(), settings.busy(), clock.instant());
        return changes.insert(call);
    }
}
