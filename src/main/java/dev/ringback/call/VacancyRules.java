package dev.ringback.call;

import org.springframework.stereotype.Component;

/// What becomes of the room when a call is over.
@Component
class VacancyRules {
    private final VacantRooms vacantRooms;
    private final CallSettings settings;

    VacancyRules(VacantRooms vacantRooms, CallSettings settings) {
        this.vacantRooms = vacantRooms;
        this.settings = settings;
    }

    /// Books the room of a call that has just ended: kept for a re-dial when nobody ever accepted, since then no
    /// session has begun in it; else only to be deleted, some time later, as the parties are still leaving.
    void roomOf(CallSnapshot call) {
        if (call.roomId() == null || call.endedAt() == null) {
            return;
        }
        var until = call.endedAt().plus(settings.redialWindow());
        if (call.answeredAt() == null && call.tokenDelivery() == TokenDelivery.ON_ACCEPT) {
            var calledIds = call.invitations().stream().map(CallSnapshot.Invited::userId).sorted().toList();
            vacantRooms.keep(call.roomId(), call.callerId(), calledIds, until);
        } else {
            vacantRooms.giveUp(call.roomId(), until);
        }
    }
}
