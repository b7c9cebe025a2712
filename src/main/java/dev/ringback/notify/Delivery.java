package dev.ringback.notify;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One event for one device, or for its user's place at a broker, as it is written down.
///
/// @param deviceId empty for a broker
/// @param broker the broker's name, or null for a device
/// @param reason why, for this recipient, in the event's words
/// @param attempts how often a provider was asked, or may have been by a node that died
/// @param pushes how often a provider took it: a ring that nobody acknowledges is pushed again
/// @param lease the number of the lease under which it is in hand
/// @param expiresAt after this it is worth nothing
record Delivery(UUID id, UUID callId, String userId, String deviceId, @Nullable String broker, NoticeType type,
        @Nullable String reason, int attempts, int pushes, int lease, Instant createdAt, Instant expiresAt) {
    /// In the place of a device's id.
    static final String NO_DEVICE = "";

    boolean isRing() {
        return type == NoticeType.INCOMING_CALL;
    }

    /// Whether it rings, and no provider has taken it before.
    boolean isFirstRing() {
        return isRing() && pushes == 0;
    }

    /// Whether somebody who gets it may answer the call: also who watches the call itself at a broker.
    boolean mayRing() {
        return isRing() || (broker != null && type == NoticeType.CALL_RINGING);
    }

    Line line() {
        return new Line(new Device(callId, userId, deviceId), broker);
    }

    /// One device in one call.
    record Device(UUID callId, String userId, String deviceId) {}

    /// What is told along one line must arrive in order.
    record Line(Device device, @Nullable String broker) {}

    /// Where a delivery stands.
    enum State {
        /// For its time to come: a retry, or a ring for a device that was told over its socket already.
        WAITING,
        /// A node has it in hand, until its lease ends.
        SENDING,
        /// A provider took it.
        SENT,
        /// It will not arrive.
        FAILED,
        /// Not worth telling any more before it was told.
        DROPPED
    }

    /// A delivery with what is needed to send it.
    ///
    /// @param state as it is written down first
    /// @param code why, when that needs saying
    /// @param dueAt when a node has to look at it; null when there is nothing to do
    /// @param to the tokens of the device, the best first; a later one is used when the earlier cannot be reached
    record Planned(Delivery delivery, Notice notice, State state, @Nullable String code, @Nullable Instant dueAt,
            List<Address> to) {

        Planned {
            to = List.copyOf(to);
        }

        /// The same to be sent now, if all it waits for is a user who might have been online. Until its time comes, no other node
        /// takes it.
        Planned atOnce() {
            return state == State.WAITING && PushPlanner.ONLINE_FIRST.equals(code)
                    ? new Planned(delivery, notice, State.SENDING, null, dueAt, to)
                    : this;
        }

        /// The same with the recipient's own of these notices.
        Planned with(List<Notice> notices) {
            var own = notices.stream().filter(n -> n.recipient().equals(notice.recipient())).findFirst();
            return new Planned(delivery, own.orElse(notice), state, code, dueAt, to);
        }
    }
}
