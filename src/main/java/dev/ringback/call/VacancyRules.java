package dev.ringback.call;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What becomes of the room when a call is over.
@Component
class VacancyRules {
    private final CallSettings settings;

    VacancyRules(CallSettings settings) {
        this.settings = settings;
    }

    /// The room of a call that has just ended: kept for a re-dial when nobody ever accepted, since then no session has
    /// begun in it; else only to be deleted, some time later, as the parties are still leaving. Null for a call that
    /// lives or never had a room.
    @Nullable
    Vacancy roomOf(CallSnapshot call) {
        if (call.roomId() == null || call.endedAt() == null) {
            return null;
        }
        var until = call.endedAt().plus(settings.redialWindow());
        if (call.answeredAt() != null || call.tokenDelivery() != TokenDelivery.ON_ACCEPT) {
            return new Vacancy(call.roomId(), null, null, null, until);
        }
        var calledIds = call.invitations().stream().map(CallSnapshot.Invited::userId).sorted().toList();
        return new Vacancy(call.roomId(), call.callerId(), calledIds, until, until);
    }
}
