package dev.ringback.call;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One called user's leg of a call. Changed by its [Call] only.
class Invitation {
    private final String userId;
    private final int position;
    private final @Nullable Written written;
    private InvitationState state;
    private boolean busy;
    private boolean live;
    private Instant expiresAt;
    private @Nullable Instant ringingAt;
    private @Nullable Instant answeredAt;
    private @Nullable String deviceId;
    private List<String> ignoredBy;
    private @Nullable Silence silence;

    /// How it was read.
    private record Written(CallSnapshot.Invited invited, boolean live) {}

    /// One that begins to ring, or seems to.
    Invitation(String userId, int position, Reception reception, Instant expiresAt) {
        this.userId = userId;
        this.position = position;
        this.written = null;
        this.busy = reception.isBusy(userId);
        this.expiresAt = expiresAt;
        this.state = InvitationState.RINGING;
        this.silence = reception.silence(userId);
        this.live = silence == null;
        this.ignoredBy = List.of();
    }

    /// One that was written before.
    Invitation(int position, boolean live, CallSnapshot.Invited invited) {
        this.userId = invited.userId();
        this.position = position;
        this.written = new Written(invited, live);
        this.state = invited.state();
        this.busy = invited.busy();
        this.live = live;
        this.expiresAt = invited.expiresAt();
        this.ringingAt = invited.ringingAt();
        this.answeredAt = invited.answeredAt();
        this.deviceId = invited.deviceId();
        this.ignoredBy = invited.ignoredBy();
        this.silence = invited.silence();
    }

    boolean isChanged() {
        return !new Written(snapshot(), live).equals(written);
    }

    /// Whether it was never written.
    boolean isNew() {
        return written == null;
    }

    String userId() {
        return userId;
    }

    /// Among those of its call.
    int position() {
        return position;
    }

    InvitationState state() {
        return state;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    boolean isRinging() {
        return state == InvitationState.RINGING;
    }

    /// Whether its user does not know of it, and is not to.
    boolean isHidden() {
        return silence == Silence.BLOCKED;
    }

    boolean hasAccepted() {
        return state == InvitationState.ACCEPTED;
    }

    boolean acceptedBy(@Nullable String device) {
        return hasAccepted() && (deviceId == null ? device == null : deviceId.equals(device));
    }

    @Nullable
    Instant answeredAt() {
        return answeredAt;
    }

    @Nullable
    String deviceId() {
        return deviceId;
    }

    /// Returns whether this was the first acknowledgement.
    boolean acknowledge(Instant now) {
        if (ringingAt != null) {
            return false;
        }
        ringingAt = now;
        return true;
    }

    void accept(@Nullable String device, Instant now) {
        state = InvitationState.ACCEPTED;
        silence = null;
        deviceId = device;
        answeredAt = now;
    }

    void reject(Instant now) {
        state = InvitationState.REJECTED;
        answeredAt = now;
    }

    void withdraw(InvitationState withdrawn) {
        state = withdrawn;
    }

    void ringAgain(Reception reception, Instant deadline) {
        state = InvitationState.RINGING;
        busy = reception.isBusy(userId);
        silence = reception.silence(userId);
        expiresAt = deadline;
        ringingAt = null;
        answeredAt = null;
        deviceId = null;
        ignoredBy = List.of();
    }

    void ignoreOn(String device) {
        ignoredBy = Stream.concat(ignoredBy.stream(), Stream.of(device)).distinct().toList();
    }

    boolean isIgnoredOn(String device) {
        return ignoredBy.contains(device);
    }

    int ignoredDevices() {
        return ignoredBy.size();
    }

    /// Whether it rings for or connects the user right now.
    boolean isLive() {
        return live;
    }

    void setLive(boolean callIsLive) {
        live = callIsLive && (isRinging() || hasAccepted()) && silence == null;
    }

    CallSnapshot.Invited snapshot() {
        return new CallSnapshot.Invited(userId, state, ringingAt, answeredAt, expiresAt, deviceId, busy, ignoredBy,
                silence);
    }
}
