package dev.ringback.notify;

import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.CallState;
import dev.ringback.call.InvitationState;
import dev.ringback.call.Reason;
import dev.ringback.notify.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides who is told what: a pure function of what happened.
final class Planner {
    private Planner() {}

    /// The notices of an event, in the order in which each recipient must get them.
    static List<Notice> plan(CallEvent event, Instant now) {
        var about = new About(event.call(), now);
        return switch (event.change()) {
            case Change.Rang(var userIds) -> userIds.stream().filter(about::hears).map(about::ring).toList();
            case Change.Acknowledged(var userId) ->
                List.of(about.notice(NoticeType.CALL_RINGING, about.call.callerId()).about(userId).build());
            case Change.Accepted accepted -> accepted(about, accepted);
            case Change.Rejected rejected -> rejected(about, rejected);
            case Change.Withdrawn withdrawn -> withdrawn(about, withdrawn);
            case Change.Ended ended -> ended(about, ended);
        };
    }

    /// What a socket of `userId` is told when it begins to listen, or empty when nothing is to be shown on it.
    static Optional<Notice> snapshot(CallSnapshot call, String userId, @Nullable String deviceId, Instant now) {
        var about = new About(call, now);
        var invited = call.invitationOf(userId).orElse(null);
        if (invited != null && invited.state() == InvitationState.RINGING) {
            return invited.isSilenced() || (deviceId != null && invited.ignoredBy().contains(deviceId))
                    ? Optional.empty()
                    : Optional.of(about.ring(userId));
        }
        if (call.state() == CallState.ACCEPTED) {
            return Optional.of(about.notice(NoticeType.CALL_ACCEPTED, userId).build());
        }
        // the caller's own call still rings; the invitations say on whose devices
        return Optional.of(about.notice(NoticeType.CALL_RINGING, userId).build());
    }

    /// The call as it stands, for whoever may look at it.
    static Notice whole(CallSnapshot call, Instant now) {
        var type = switch (call.state()) {
            case RINGING -> NoticeType.CALL_RINGING;
            case ACCEPTED -> NoticeType.CALL_ACCEPTED;
            case REJECTED -> NoticeType.CALL_REJECTED;
            case CANCELLED -> NoticeType.CALL_CANCELLED;
            case ENDED -> NoticeType.CALL_ENDED;
        };
        return new About(call, now).notice(type, call.callerId()).build();
    }

    /// The users whom the call rings for or connects: those who have declined, missed or silenced it are out of it.
    static Stream<String> whoRingsOrTalks(CallSnapshot call) {
        return Stream.concat(Stream.of(call.callerId()), liveInvited(call));
    }

    private static Stream<String> liveInvited(CallSnapshot call) {
        return call.invitations()
                .stream()
                .filter(i -> i.state() == InvitationState.RINGING || i.state() == InvitationState.ACCEPTED)
                .filter(i -> !i.isSilenced())
                .map(Invited::userId);
    }

    /// For whom a ring is that none of their devices hears.
    static List<Invited> unheard(CallSnapshot call, Change.Rang ring) {
        return call.invitations().stream().filter(i -> i.isSilenced() && ring.userIds().contains(i.userId())).toList();
    }

    /// Whose devices stop ringing by this event.
    static List<String> stopped(CallEvent.Change change) {
        return switch (change) {
            case Change.Rang _,Change.Acknowledged _ -> List.of();
            case Change.Accepted(var userId, _) -> List.of(userId);
            case Change.Rejected(var userId, _) -> List.of(userId);
            case Change.Withdrawn(var userIds, _) -> userIds;
            case Change.Ended(_, var withdrawn) -> withdrawn;
        };
    }

    /// What to do about a delivery whose time has come again.
    sealed interface Again {
        /// Send it, as the call stands now.
        record Send(Notice notice) implements Again {}

        /// It is not worth sending any more.
        ///
        /// @param unsent what that makes of it when no provider took it
        /// @param why in a word for the trace
        record Close(State unsent, String why) implements Again {}
    }

    /// Looks at a delivery once more.
    ///
    /// @param call as it stands now, or null when it is forgotten
    static Again again(Delivery delivery, @Nullable CallSnapshot call, Instant now) {
        if (call == null || !delivery.expiresAt().isAfter(now)) {
            return new Again.Close(State.FAILED, "too_late");
        }
        var about = new About(call, now);
        if (delivery.isRing()) {
            var over = whyNotRing(delivery, call, now);
            return over == null ? new Again.Send(about.ring(delivery.userId())) : new Again.Close(State.DROPPED, over);
        }
        if (isOverAlready(delivery.type(), call.state())) {
            return new Again.Close(State.DROPPED, "overtaken");
        }
        var draft = about.notice(delivery.type(), delivery.userId());
        return new Again.Send((delivery.reason() == null ? draft : draft.because(reason(delivery.reason()))).build());
    }

    /// Of what is published, the call's next change tells more than this one, and has a delivery of its own.
    private static boolean isOverAlready(NoticeType type, CallState state) {
        return switch (type) {
            case CALL_RINGING -> state != CallState.RINGING;
            case CALL_ACCEPTED -> state != CallState.ACCEPTED;
            default -> false;
        };
    }

    private static @Nullable String whyNotRing(Delivery ring, CallSnapshot call, Instant now) {
        var invited = call.invitationOf(ring.userId()).orElse(null);
        if (invited == null || invited.state() != InvitationState.RINGING || invited.isSilenced()) {
            return "overtaken";
        }
        if (invited.ignoredBy().contains(ring.deviceId())) {
            return "ignored";
        }
        boolean enough = ring.pushes() >= Verdict.MAX_PUSHES || !Verdict.mayRepeat(ring, now);
        return ring.pushes() > 0 && enough ? "unacknowledged" : null;
    }

    private static List<Notice> accepted(About about, Change.Accepted accepted) {
        var others = Stream.concat(Stream.of(about.call.callerId()),
                liveInvited(about.call).filter(userId -> !userId.equals(accepted.userId())));
        var notices = new ArrayList<>(others
                .map(userId -> about.notice(NoticeType.CALL_ACCEPTED, userId)
                        .about(accepted.userId())
                        .by(accepted.deviceId())
                        .build())
                .toList());
        notices.add(about.notice(NoticeType.CALL_ANSWERED_ELSEWHERE, accepted.userId())
                .about(accepted.userId())
                .by(accepted.deviceId())
                .because(Reason.ANSWERED_ELSEWHERE)
                .build());
        return notices;
    }

    private static List<Notice> rejected(About about, Change.Rejected rejected) {
        return List.of(
                about.notice(NoticeType.CALL_REJECTED, about.call.callerId())
                        .about(rejected.userId())
                        .because(rejected.reason())
                        .build(),
                about.notice(NoticeType.CALL_ANSWERED_ELSEWHERE, rejected.userId())
                        .about(rejected.userId())
                        .because(Reason.DECLINED_ELSEWHERE)
                        .build());
    }

    private static List<Notice> withdrawn(About about, Change.Withdrawn withdrawn) {
        var notices = new ArrayList<Notice>();
        for (var userId : withdrawn.userIds()) {
            if (about.hears(userId)) {
                notices.add(about.notice(NoticeType.CALL_CANCELLED, userId).because(withdrawn.reason()).build());
            }
            if (about.learns(userId)) {
                notices.add(about.notice(NoticeType.CALL_MISSED, userId).because(withdrawn.reason()).build());
            }
        }
        if (about.call.state() == CallState.CANCELLED && withdrawn.reason() != Reason.CALLER) {
            notices.add(about.notice(NoticeType.CALL_CANCELLED, about.call.callerId()).build());
        }
        return notices;
    }

    private static List<Notice> ended(About about, Change.Ended ended) {
        var parties = Stream.of(Stream.of(about.call.callerId()), about.accepted(), ended.withdrawn().stream())
                .flatMap(users -> users);
        return parties.filter(userId -> !userId.equals(ended.byUserId()) && about.learns(userId))
                .map(userId -> about
                        .notice(about.hears(userId) ? NoticeType.CALL_ENDED : NoticeType.CALL_MISSED, userId)
                        .build())
                .toList();
    }

    /// One call at one moment.
    private record About(CallSnapshot call, Notice.Subject subject, Instant now) {

        About(CallSnapshot call, Instant now) {
            this(call, Planner.subject(call), now);
        }

        Notice ring(String userId) {
            var busy = call.invitationOf(userId).map(Invited::busy).orElse(false);
            return notice(NoticeType.INCOMING_CALL, userId).busy(busy ? true : null).build();
        }

        Draft notice(NoticeType type, String recipient) {
            return new Draft(this, type, recipient);
        }

        /// Whether the user's devices may hear of the call while it lasts.
        boolean hears(String userId) {
            return call.invitationOf(userId).filter(Invited::isSilenced).isEmpty();
        }

        /// Whether the user may learn of the call when it is over.
        boolean learns(String userId) {
            return call.hasParty(userId);
        }

        Stream<String> accepted() {
            return call.invitations()
                    .stream()
                    .filter(i -> i.state() == InvitationState.ACCEPTED)
                    .map(Invited::userId);
        }
    }

    /// A notice in the making: the call's own words unless the recipient's case differs.
    private static final class Draft {
        private final CallSnapshot call;
        private final Notice.Subject subject;
        private final Instant now;
        private final NoticeType type;
        private final String recipient;
        private @Nullable Reason reason;
        private @Nullable String device;
        private @Nullable String userId;
        private @Nullable Boolean busy;

        Draft(About about, NoticeType type, String recipient) {
            this.call = about.call;
            this.subject = about.subject;
            this.now = about.now;
            this.type = type;
            this.recipient = recipient;
            this.reason = call.reason();
            this.device = call.invitationOf(recipient).map(Invited::deviceId).orElse(call.answeredByDevice());
        }

        Draft because(Reason why) {
            reason = why;
            return this;
        }

        Draft about(String who) {
            userId = who;
            return this;
        }

        Draft by(@Nullable String deviceId) {
            device = deviceId;
            return this;
        }

        Draft busy(@Nullable Boolean isBusy) {
            busy = isBusy;
            return this;
        }

        Notice build() {
            var expiresAt = call.invitationOf(recipient).map(Invited::expiresAt).orElse(call.expiresAt());
            var left = Math.max(0, Duration.between(now, expiresAt).toMillis());
            return new Notice(recipient, type, subject, reason == null ? null : word(reason), userId, expiresAt, left,
                    device, busy, null, null);
        }
    }

    private static Notice.Subject subject(CallSnapshot call) {
        return new Notice.Subject(call.callId(), call.roomId(), call.version(), word(call.state()), call.reasonText(),
                word(call.callType()), call.callerId(), call.callerName(), call.calledId(),
                call.invitations().stream().map(Planner::leg).toList(), call.createdAt(), call.answeredAt(),
                call.endedAt(), word(call.tokenDelivery()), call.glare(), call.custom());
    }

    private static Notice.Leg leg(Invited invited) {
        return new Notice.Leg(invited.userId(), word(invited.state()), invited.ringingAt(), invited.answeredAt());
    }

    private static Reason reason(String word) {
        return Reason.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
