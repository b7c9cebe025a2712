package dev.ringback.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something happened to a call. Published inside the transaction that made it happen, so that what has to be written with
/// it is; right after it was committed when that is nothing ([#isOnlyTold], and no [CallWitness] wants it). A listener that
/// waits for the commit therefore needs `fallbackExecution`.
///
/// @param call the call right after the change
/// @param pushed whether devices were to be rung by push before that, and so may have to be stopped
public record CallEvent(CallSnapshot call, Change change, boolean pushed) {

    /// Whether it is of interest to open sockets only: it rings nobody, and no device was rung by push.
    public boolean isOnlyTold() {
        return !pushed && !(change instanceof Change.Rang) && missedUndisturbed().isEmpty();
    }

    /// Users whose devices were left alone, as they had asked, and who have now missed the call.
    public List<String> missedUndisturbed() {
        var withdrawn = switch (change) {
            case Change.Withdrawn(var userIds, _) -> userIds;
            case Change.Ended(_, var userIds) -> userIds;
            case Change.Rang _,Change.Acknowledged _,Change.Accepted _,Change.Rejected _ -> List.<String>of();
        };
        return withdrawn.stream()
                .filter(userId -> call.invitationOf(userId)
                        .filter(i -> i.silence() == Silence.DO_NOT_DISTURB)
                        .isPresent())
                .toList();
    }

    /// What happened.
    public sealed interface Change {

        /// The call rings for these users, for the first time or again.
        record Rang(List<String> userIds) implements Change {
            public Rang {
                userIds = List.copyOf(userIds);
            }
        }

        /// A device of this user acknowledged, as the first one, that it rings.
        record Acknowledged(String userId) implements Change {}

        /// This user accepted.
        ///
        /// @param deviceId the device, where it gave its id
        record Accepted(String userId, @Nullable String deviceId) implements Change {}

        /// This user declined.
        record Rejected(String userId, Reason reason) implements Change {}

        /// The ring of these users was taken back without their doing.
        record Withdrawn(List<String> userIds, Reason reason) implements Change {
            public Withdrawn {
                userIds = List.copyOf(userIds);
            }
        }

        /// An accepted call is over.
        ///
        /// @param byUserId who ended it, or null when nobody did (maximum length, an empty room)
        /// @param withdrawn users of a group call who were still ringing
        record Ended(@Nullable String byUserId, List<String> withdrawn) implements Change {
            public Ended {
                withdrawn = List.copyOf(withdrawn);
            }
        }
    }
}
