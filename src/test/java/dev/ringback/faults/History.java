package dev.ringback.faults;

import dev.ringback.faults.Cluster.Kill;
import dev.ringback.faults.Cluster.Outage;
import dev.ringback.faults.FakePushes.Push;
import dev.ringback.faults.FakeRooms.Room;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// All that is known of a run: what the database holds in the end, what the providers received, what the clients were told
/// and when which process died.
///
/// @param vacantRooms rooms that are booked for another call or for deletion
/// @param overdue calls that were seen to ring past their deadline
record History(List<StoredCall> calls, Set<String> vacantRooms, List<Room> rooms, List<Push> pushes,
        List<Acknowledged> acknowledged, List<Told> told, List<Overdue> overdue, List<Outage> outages,
        List<Kill> kills) {

    /// A call as the database has it.
    ///
    /// @param number the client's own number of the call, which it sends with every try to place it
    record StoredCall(UUID id, int number, String state, @Nullable String reason, int version, String callerId,
            @Nullable String roomId, Instant createdAt, Instant expiresAt, @Nullable Instant endedAt, Leg leg) {}

    /// Its only invitation.
    record Leg(String userId, String state, @Nullable String deviceId, @Nullable Instant ringingAt) {}

    /// A command that the service answered with success.
    ///
    /// @param version of the call, 0 where the answer does not say
    record Acknowledged(String command, UUID callId, String userId, @Nullable String deviceId, int version) {}

    /// What a client was told of a call.
    ///
    /// @param how the event's type, `refusal`, or `reconnect` for what a client finds out when it comes back
    /// @param device that answered, where it is said
    record Told(UUID callId, String userId, String how, int version, String state, @Nullable String device,
            Instant at) {}

    /// A call that rang this long after its deadline.
    record Overdue(UUID callId, Instant deadline, Instant seenAt) {}

    Optional<StoredCall> call(UUID id) {
        return calls.stream().filter(call -> call.id().equals(id)).findFirst();
    }

    /// How much of the time from `from` to `to` somebody could serve.
    Duration served(Instant from, Instant to) {
        var out = outages.stream()
                .map(outage -> Duration.between(later(from, outage.from()), earlier(to, outage.to())))
                .filter(Duration::isPositive)
                .reduce(Duration.ZERO, Duration::plus);
        return Duration.between(from, to).minus(out);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
