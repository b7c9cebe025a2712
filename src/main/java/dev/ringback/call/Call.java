package dev.ringback.call;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A call and its invitations: every rule of a call's life is here, and nothing else is.
///
/// A transition changes the call in memory and says so; its row is then written on the condition that nobody changed it
/// since it was read (`version`). That one update decides who was first.
class Call {
    static final int MAX_INVITATIONS = 32;
    private static final int MAX_IGNORED_DEVICES = 50;
    private static final int NEVER_WRITTEN = -1;

    private final UUID id;
    private final CallType callType;
    private final TokenDelivery tokenDelivery;
    private final String callerId;
    private final String callerName;
    private final @Nullable String roomId;
    private final @Nullable String custom;
    private final int ringTimeout;
    private final Instant createdAt;
    private final List<Invitation> invitations = new ArrayList<>();
    private int version;
    private CallState state;
    private @Nullable Reason reason;
    private @Nullable String reasonText;
    private boolean glare;
    private Instant changedAt;
    private Instant expiresAt;
    private @Nullable Instant answeredAt;
    private @Nullable Instant endsAt;
    private @Nullable Instant endedAt;
    private @Nullable Instant dueAt;
    private final boolean pushed;

    /// A call that was written before.
    ///
    /// @param pushed whether devices were to be rung by push since
    Call(CallRow row, boolean pushed, List<Invitation> invitations) {
        this.id = row.id();
        this.version = row.version();
        this.state = row.state();
        this.reason = row.reason();
        this.reasonText = row.reasonText();
        this.callType = row.callType();
        this.tokenDelivery = row.tokenDelivery();
        this.callerId = row.callerId();
        this.callerName = row.callerName();
        this.roomId = row.roomId();
        this.custom = row.custom();
        this.glare = row.glare();
        this.ringTimeout = row.ringTimeout();
        this.createdAt = row.createdAt();
        this.changedAt = row.changedAt();
        this.expiresAt = row.expiresAt();
        this.answeredAt = row.answeredAt();
        this.endsAt = row.endsAt();
        this.endedAt = row.endedAt();
        this.dueAt = row.dueAt();
        this.pushed = pushed;
        this.invitations.addAll(invitations);
    }

    /// A call that rings for everybody called, but for those whom the busy policy spares.
    ///
    /// @param reception how the called users receive it
    Call(NewCall call, @Nullable String roomId, Reception reception, BusyPolicy policy, Instant now) {
        this.id = call.id();
        this.version = NEVER_WRITTEN;
        this.state = CallState.RINGING;
        this.callType = call.callType();
        this.tokenDelivery = call.tokenDelivery();
        this.callerId = call.callerId();
        this.callerName = call.callerName();
        this.roomId = roomId;
        this.custom = call.custom();
        this.ringTimeout = call.ringTimeout();
        this.createdAt = now;
        this.changedAt = now;
        this.expiresAt = ringDeadline(now);
        this.pushed = false;
        call.calledIds().forEach(userId -> add(userId, reception));
        if (policy == BusyPolicy.REJECT) {
            invitations.stream().filter(i -> reception.isBusy(i.userId())).forEach(i -> i.reject(now));
        }
        settle(Reason.BUSY, now);
    }

    /// The called user says yes.
    Transition accept(String userId, @Nullable String device, Duration maxLength, Instant now) {
        var found = known(userId);
        if (found.isEmpty()) {
            return new Transition.NotAParty("Only a called user can accept.");
        }
        var invitation = found.get();
        if (!state.isLive()) {
            return new Transition.NotActive("The call is over.");
        }
        if (invitation.acceptedBy(device)) {
            return new Transition.Repeated();
        }
        if (!invitation.isRinging()) {
            return answered(invitation);
        }
        invitation.accept(device, now);
        if (state == CallState.RINGING) {
            state = CallState.ACCEPTED;
            answeredAt = now;
            endsAt = now.plus(maxLength);
        }
        changed(now);
        return new Transition.Done(new CallEvent.Change.Accepted(userId, device));
    }

    /// Both called each other: this call takes the place of the other user's own.
    Transition mergeWithCallOf(String userId, @Nullable String device, Duration maxLength, Instant now) {
        var accepted = accept(userId, device, maxLength, now);
        if (accepted instanceof Transition.Done) {
            glare = true;
        }
        return accepted;
    }

    /// The called user says no, on all devices.
    ///
    /// @param why [Reason#DECLINED] or [Reason#BUSY]
    /// @param words the client's own, or null
    Transition reject(String userId, Reason why, @Nullable String words, Instant now) {
        var found = known(userId);
        if (found.isEmpty()) {
            return new Transition.NotAParty("Only a called user can reject.");
        }
        var invitation = found.get();
        if (invitation.state() == InvitationState.REJECTED) {
            return new Transition.Repeated();
        }
        if (!state.isLive()) {
            return new Transition.NotActive("The call is over.");
        }
        if (!invitation.isRinging()) {
            return answered(invitation);
        }
        invitation.reject(now);
        settle(why, now);
        if (!state.isLive()) {
            reasonText = words;
        }
        return new Transition.Done(new CallEvent.Change.Rejected(userId, why));
    }

    /// One device of a called user is silenced; the others ring on.
    Transition ignore(String userId, String device, Instant now) {
        var refused = notRinging(userId);
        if (refused.isPresent()) {
            return refused.get();
        }
        var invitation = invitation(userId).orElseThrow();
        // a client that invents devices silences none that exists
        if (invitation.isIgnoredOn(device) || invitation.ignoredDevices() >= MAX_IGNORED_DEVICES) {
            return new Transition.Repeated();
        }
        invitation.ignoreOn(device);
        changed(now);
        return new Transition.DoneQuietly();
    }

    /// A device of a called user really rings.
    Transition acknowledge(String userId, Instant now) {
        var refused = notRinging(userId);
        if (refused.isPresent()) {
            return refused.get();
        }
        if (!invitation(userId).orElseThrow().acknowledge(now)) {
            return new Transition.Repeated();
        }
        changed(now);
        return new Transition.Done(new CallEvent.Change.Acknowledged(userId));
    }

    /// A party rings people again, or people who were not called yet.
    ///
    /// @param userIds distinct, without the caller, and no more than [#hasRoomFor] allows
    /// @param reception how they receive it
    Transition invite(String byUserId, Collection<String> userIds, Reception reception, Instant now) {
        if (!isInside(byUserId)) {
            return new Transition.NotAParty("Only the caller, or a called user who has accepted, can invite.");
        }
        if (!state.isLive()) {
            return new Transition.NotActive("The call is over.");
        }
        var rung = userIds.stream().filter(u -> !invitation(u).map(Invitation::hasAccepted).orElse(false)).toList();
        if (rung.isEmpty()) {
            return new Transition.Repeated();
        }
        expiresAt = ringDeadline(now);
        rung.forEach(userId -> invitation(userId).ifPresentOrElse(
                i -> i.ringAgain(reception, expiresAt), () -> add(userId, reception)));
        changed(now);
        return new Transition.Done(new CallEvent.Change.Rang(rung));
    }

    /// The caller gives up.
    Transition cancel(String userId, Instant now) {
        if (!callerId.equals(userId)) {
            return new Transition.NotAParty("Only the caller can cancel.");
        }
        if (state == CallState.CANCELLED && reason == Reason.CALLER) {
            return new Transition.Repeated();
        }
        if (state != CallState.RINGING) {
            return new Transition.NotActive(state == CallState.ACCEPTED
                    ? "The call was accepted: end it instead."
                    : "The call is over.");
        }
        var withdrawn = withdraw(invitations.stream().filter(Invitation::isRinging).toList(),
                InvitationState.CANCELLED);
        finish(CallState.CANCELLED, Reason.CALLER, now);
        return new Transition.Done(new CallEvent.Change.Withdrawn(withdrawn, Reason.CALLER));
    }

    /// The call rings for nobody: ends it, unless something has happened to it since that was found out.
    ///
    /// @param seenVersion the version of the snapshot in which nobody could be reached
    Transition giveUpUnreachable(int seenVersion, Instant now) {
        if (state != CallState.RINGING || shownVersion() != seenVersion) {
            return new Transition.Repeated();
        }
        var withdrawn = withdraw(invitations.stream().filter(Invitation::isRinging).toList(), InvitationState.MISSED);
        finish(CallState.CANCELLED, Reason.UNREACHABLE, now);
        return new Transition.Done(new CallEvent.Change.Withdrawn(withdrawn, Reason.UNREACHABLE));
    }

    /// Somebody hangs up.
    Transition end(String userId, Instant now) {
        if (!isInside(userId)) {
            return new Transition.NotAParty("Only the caller, or a called user who has accepted, can end a call.");
        }
        return switch (state) {
            case ENDED -> new Transition.Repeated();
            case ACCEPTED -> end(userId, Reason.ENDED, now);
            case RINGING -> new Transition.NotActive("The call was not accepted yet: cancel it instead.");
            case REJECTED, CANCELLED -> new Transition.NotActive("The call is over.");
        };
    }

    /// The session in its room is over. A call that still rings goes on: the caller may have been in the room alone.
    Transition endWithItsRoom(Instant now) {
        return state == CallState.ACCEPTED ? end(null, Reason.ENDED, now) : new Transition.Repeated();
    }

    /// What the sweeper does to a call that is due: rings past their deadline are missed, a call past its maximum
    /// length ends.
    Transition expire(Instant now) {
        var late = invitations.stream().filter(i -> i.isRinging() && !i.expiresAt().isAfter(now)).toList();
        if (state.isLive() && !late.isEmpty()) {
            var withdrawn = withdraw(late, InvitationState.MISSED);
            settle(Reason.TIMEOUT, now);
            return new Transition.Done(new CallEvent.Change.Withdrawn(withdrawn, Reason.TIMEOUT));
        }
        if (state == CallState.ACCEPTED && endsAt != null && !endsAt.isAfter(now)) {
            return end(null, Reason.MAX_LENGTH, now);
        }
        return new Transition.Repeated();
    }

    UUID id() {
        return id;
    }

    CallRow row() {
        return new CallRow(id, version, state, reason, reasonText, callType, tokenDelivery, callerId, callerName,
                roomId, custom, glare, ringTimeout, createdAt, changedAt, expiresAt, answeredAt, endsAt, endedAt,
                dueAt);
    }

    /// Whether devices were to be rung by push, before this call was changed.
    boolean wasPushed() {
        return pushed;
    }

    /// Those that are not yet as they were read, or were never written.
    List<Invitation> changedInvitations() {
        return invitations.stream().filter(Invitation::isChanged).toList();
    }

    boolean isCaller(String userId) {
        return callerId.equals(userId);
    }

    boolean isIn(String room) {
        return room.equals(roomId);
    }

    /// Whether these users fit into the call beside those already called.
    boolean hasRoomFor(Collection<String> userIds) {
        long added = userIds.stream().filter(u -> invitation(u).isEmpty()).count();
        return invitations.size() + added <= MAX_INVITATIONS;
    }

    boolean isLive() {
        return state.isLive();
    }

    List<String> ringingUsers() {
        return invitations.stream().filter(Invitation::isRinging).map(Invitation::userId).toList();
    }

    CallSnapshot snapshot() {
        var single = invitations.size() == 1 ? invitations.getFirst().userId() : null;
        var firstAnswer = invitations.stream()
                .filter(Invitation::hasAccepted)
                .min(Comparator.comparing(i -> Objects.requireNonNull(i.answeredAt())));
        return new CallSnapshot(id, roomId, state, reason, reasonText, shownVersion(), callType, callerId, callerName,
                single, invitations.stream().map(Invitation::snapshot).toList(), createdAt, expiresAt, answeredAt,
                firstAnswer.map(Invitation::deviceId).orElse(null), endedAt, tokenDelivery, glare, custom);
    }

    /// The row's counts from 0; for a client that starts with "no version seen" 0 would be a trap.
    private int shownVersion() {
        return version + 1;
    }

    private Transition end(@Nullable String byUserId, Reason why, Instant now) {
        var withdrawn = withdraw(invitations.stream().filter(Invitation::isRinging).toList(), InvitationState.MISSED);
        finish(CallState.ENDED, why, now);
        return new Transition.Done(new CallEvent.Change.Ended(byUserId, withdrawn));
    }

    private Optional<Transition> notRinging(String userId) {
        var found = known(userId);
        if (found.isEmpty()) {
            return Optional.of(new Transition.NotAParty("The user was not called."));
        }
        if (!state.isLive()) {
            return Optional.of(new Transition.NotActive("The call is over."));
        }
        return found.filter(i -> !i.isRinging()).map(Call::answered);
    }

    private static Transition answered(Invitation invitation) {
        return switch (invitation.state()) {
            case ACCEPTED, REJECTED -> new Transition.AnsweredElsewhere();
            case RINGING, MISSED, CANCELLED -> new Transition.NotActive("The ring is over.");
        };
    }

    private static List<String> withdraw(List<Invitation> ringing, InvitationState as) {
        ringing.forEach(i -> i.withdraw(as));
        return ringing.stream().map(Invitation::userId).toList();
    }

    /// Ends a ringing call for which nothing rings any more.
    private void settle(Reason why, Instant now) {
        if (state == CallState.RINGING && invitations.stream().noneMatch(Invitation::isRinging)) {
            if (invitations.stream().allMatch(i -> i.state() == InvitationState.REJECTED)) {
                finish(CallState.REJECTED, why, now);
            } else {
                finish(CallState.CANCELLED, Reason.TIMEOUT, now);
            }
        } else {
            changed(now);
        }
    }

    private void finish(CallState last, Reason why, Instant now) {
        state = last;
        reason = why;
        endedAt = now;
        changed(now);
    }

    /// Exactly once in each transition that changes anything.
    private void changed(Instant now) {
        version++;
        changedAt = now;
        invitations.forEach(i -> i.setLive(state.isLive()));
        dueAt = state.isLive() ? nextDeadline() : null;
    }

    private @Nullable Instant nextDeadline() {
        var rings = invitations.stream().filter(Invitation::isRinging).map(Invitation::expiresAt);
        return Stream.concat(rings, Stream.ofNullable(endsAt)).min(Comparator.naturalOrder()).orElse(null);
    }

    private Instant ringDeadline(Instant now) {
        return now.plusSeconds(ringTimeout);
    }

    private void add(String userId, Reception reception) {
        invitations.add(new Invitation(userId, invitations.size(), reception, expiresAt));
    }

    /// Whether the user is the caller, or has accepted.
    boolean isInside(String userId) {
        return callerId.equals(userId) || invitation(userId).map(Invitation::hasAccepted).orElse(false);
    }

    /// That of a called user who knows of it.
    private Optional<Invitation> known(String userId) {
        return invitation(userId).filter(i -> !i.isHidden());
    }

    private Optional<Invitation> invitation(String userId) {
        return invitations.stream().filter(i -> i.userId().equals(userId)).findFirst();
    }
}
