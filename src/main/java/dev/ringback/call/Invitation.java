package dev.ringback.call;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One called user's leg of a call. Changed by its [Call] only.
@Entity
@Table(name = "invitation")
@IdClass(Invitation.Key.class)
class Invitation {
    @Id
    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    @JoinColumn(name = "call_id", nullable = false, updatable = false)
    private Call call;

    @Id
    @Column(name = "user_id", nullable = false, updatable = false)
    private String userId;

    @Column(nullable = false, updatable = false)
    private int position;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false)
    private InvitationState state;

    @Column(nullable = false)
    private boolean busy;

    @Column(nullable = false)
    private boolean live;

    @Column(name = "expires_at", nullable = false)
    private Instant expiresAt;

    @Column(name = "ringing_at")
    private @Nullable Instant ringingAt;

    @Column(name = "answered_at")
    private @Nullable Instant answeredAt;

    @Column(name = "device_id")
    private @Nullable String deviceId;

    @Column(name = "ignored_by", nullable = false)
    private List<String> ignoredBy = List.of();

    /// For Hibernate.
    @SuppressWarnings("NullAway.Init")
    protected Invitation() {}

    Invitation(Call call, String userId, int position, boolean busy, Instant expiresAt) {
        this.call = call;
        this.userId = userId;
        this.position = position;
        this.busy = busy;
        this.expiresAt = expiresAt;
        this.state = InvitationState.RINGING;
        this.live = true;
    }

    String userId() {
        return userId;
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

    void ringAgain(boolean nowBusy, Instant deadline) {
        state = InvitationState.RINGING;
        busy = nowBusy;
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

    void setLive(boolean callIsLive) {
        live = callIsLive && (isRinging() || hasAccepted());
    }

    CallSnapshot.Invited snapshot() {
        return new CallSnapshot.Invited(userId, state, ringingAt, answeredAt, expiresAt, deviceId, busy, ignoredBy);
    }

    record Key(UUID call, String userId) implements Serializable {}
}
