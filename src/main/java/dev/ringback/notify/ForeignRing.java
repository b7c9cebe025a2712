package dev.ringback.notify;

import dev.ringback.notify.Delivery.State;
import dev.ringback.notify.Planner.Again;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One user's ring for a call that another platform keeps, and what that makes of its notices.
///
/// @param receivedAt when the platform's request was read
/// @param end null while it rings
record ForeignRing(WakeUp wakeUp, Instant receivedAt, @Nullable ForeignEnd end) {

    UUID callId() {
        return wakeUp.call().callId();
    }

    String userId() {
        return wakeUp.userId();
    }

    /// The notice that it rings, as of `now`.
    Notice ring(Instant now) {
        return notice(NoticeType.INCOMING_CALL, 1, "ringing", wakeUp.members(), now);
    }

    /// The notice that it rings no more, as of `now`.
    Notice stop(ForeignEnd ended, Instant now) {
        return switch (ended.how()) {
            case ANSWERED -> notice(NoticeType.CALL_ANSWERED_ELSEWHERE, 2, "accepted", ended.members(), now);
            case OVER -> notice(NoticeType.CALL_CANCELLED, 2, "cancelled", ended.members(), now);
        };
    }

    /// Looks once more at a delivery whose time has come again.
    Again again(Delivery delivery, Instant now) {
        if (!delivery.expiresAt().isAfter(now)) {
            return new Again.Close(State.FAILED, "too_late");
        }
        if (delivery.isRing()) {
            return end == null ? new Again.Send(ring(now)) : new Again.Close(State.DROPPED, "overtaken");
        }
        return end == null ? new Again.Close(State.DROPPED, "overtaken") : new Again.Send(stop(end, now));
    }

    private Notice notice(NoticeType type, int version, String state, Map<String, String> members, Instant now) {
        var subject = new Notice.Subject(callId(), null, version, state, null, wakeUp.video() ? "video" : "audio",
                wakeUp.callerName(), wakeUp.callerName(), userId(), List.of(), receivedAt, null, null, "on_accept",
                false, null);
        var left = Math.max(0, Duration.between(now, wakeUp.expiresAt()).toMillis());
        return new Notice(userId(), type, subject, null, null, wakeUp.expiresAt(), left, null, null, null, members);
    }
}
