package dev.ringback.faults;

import dev.ringback.faults.Cluster.Kill;
import dev.ringback.faults.FakePushes.Push;
import dev.ringback.faults.FakeRooms.Room;
import dev.ringback.faults.History.Acknowledged;
import dev.ringback.faults.History.StoredCall;
import dev.ringback.faults.History.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What must hold whatever was killed when.
final class Invariants {
    /// The promise is a second; the second one is for what a killed node had locked.
    private static final Duration LATEST_TIMEOUT = Duration.ofSeconds(2);
    /// For a ring to arrive that was sent in time.
    private static final Duration ON_THE_WAY = Duration.ofSeconds(1);
    private static final Set<String> STOPS = Set.of("call_cancelled", "call_missed", "call_answered_elsewhere",
            "call_ended");
    private static final Set<String> STOPPED = Set.of("MISSED", "CANCELLED", "REJECTED");

    private final History history;
    private final Map<UUID, StoredCall> calls;
    private final List<String> violations = new ArrayList<>();

    private Invariants(History history) {
        this.history = history;
        this.calls = history.calls().stream().collect(Collectors.toMap(StoredCall::id, Function.identity()));
    }

    /// All that does not hold, each in a line that begins with the invariant's name.
    static List<String> violations(History history) {
        var checks = new Invariants(history);
        checks.noCallIsAcceptedTwice();
        checks.noRingComesAfterItsDeadline();
        checks.noCallRingsOnPastItsDeadline();
        checks.everyPartyIsToldTheFinalState();
        checks.nobodyIsToldWhatIsNotSo();
        checks.noAcknowledgedWriteIsLost();
        checks.noCallIsPlacedTwice();
        checks.everyDeviceThatRangIsStopped();
        checks.aKillLeavesOneRoomAtMost();
        checks.noRoomIsDeletedUnderItsCall();
        return List.copyOf(checks.violations);
    }

    /// Rooms that are still there and that nothing in the database knows of.
    static List<Room> orphans(History history) {
        var known = history.calls()
                .stream()
                .map(StoredCall::roomId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return history.rooms()
                .stream()
                .filter(room -> room.deletedAt() == null && !known.contains(room.id())
                        && !history.vacantRooms().contains(room.id()))
                .sorted(Comparator.comparing(Room::madeAt))
                .toList();
    }

    private void noCallIsAcceptedTwice() {
        var winners = Stream.concat(
                acknowledged("accept").map(accept -> Map.entry(accept.callId(), String.valueOf(accept.deviceId()))),
                history.told()
                        .stream()
                        .filter(told -> told.how().equals("call_accepted") && told.device() != null)
                        .map(told -> Map.entry(told.callId(), String.valueOf(told.device()))))
                .collect(Collectors.groupingBy(Map.Entry::getKey,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toSet())));
        winners.forEach((call, devices) -> {
            if (devices.size() > 1) {
                violated("accepted twice", call + " by " + devices);
            }
        });
    }

    private void noRingComesAfterItsDeadline() {
        history.pushes().stream().filter(Push::isRing).forEach(ring -> of(ring.callId(), call -> {
            if (ring.at().isAfter(call.expiresAt().plus(ON_THE_WAY))) {
                violated("ring after its deadline", ring + ", deadline " + call.expiresAt());
            }
        }));
        history.told()
                .stream()
                .filter(told -> told.how().equals("incoming_call"))
                .forEach(told -> of(told.callId(),
                        call -> {
                            if (told.at().isAfter(call.expiresAt().plus(ON_THE_WAY))) {
                                violated("ring after its deadline", told + ", deadline " + call.expiresAt());
                            }
                        }));
    }

    private void noCallRingsOnPastItsDeadline() {
        history.overdue().forEach(seen -> isLate(seen.callId(), seen.deadline(), seen.seenAt()));
        for (var call : history.calls()) {
            if ("TIMEOUT".equals(call.reason()) && call.endedAt() != null) {
                isLate(call.id(), call.expiresAt(), call.endedAt());
            }
            if (call.state().equals("RINGING")) {
                violated("rings on past its deadline", call.id() + " still rings in the end");
            }
        }
    }

    private void isLate(UUID call, Instant deadline, Instant at) {
        if (history.served(deadline, at).compareTo(LATEST_TIMEOUT) > 0) {
            violated("rings on past its deadline", "%s rang at %s, deadline %s".formatted(call, at, deadline));
        }
    }

    private void everyPartyIsToldTheFinalState() {
        var found = history.told()
                .stream()
                .filter(told -> told.how().equals("reconnect"))
                .collect(Collectors.groupingBy(told -> told.callId() + " " + told.userId(),
                        Collectors.reducing((_, last) -> last)));
        for (var call : history.calls()) {
            for (var user : List.of(call.callerId(), call.leg().userId())) {
                var last = found.getOrDefault(call.id() + " " + user, Optional.empty());
                if (last.filter(told -> told.version() == call.version() && isSame(told, call)).isEmpty()) {
                    violated("not told the final state", "%s of %s, which is %s: %s".formatted(user, call.id(),
                            call.state(), last));
                }
            }
        }
    }

    private void nobodyIsToldWhatIsNotSo() {
        for (var told : history.told()) {
            var call = calls.get(told.callId());
            if (call == null) {
                violated("told what is not so", told + " of a call that does not exist");
            } else if (told.version() > call.version()
                    || (told.version() == call.version() && !isSame(told, call))) {
                violated("told what is not so", told + ", but it is " + call);
            }
        }
    }

    private void noAcknowledgedWriteIsLost() {
        for (var write : history.acknowledged()) {
            var call = calls.get(write.callId());
            if (call == null || call.version() < write.version() || !holds(write, call)) {
                violated("acknowledged write is lost", write + ", but it is " + call);
            }
        }
    }

    private static boolean holds(Acknowledged write, StoredCall call) {
        return switch (write.command()) {
            case "initiate" -> call.callerId().equals(write.userId());
            case "accept" -> call.leg().state().equals("ACCEPTED") && Objects.equals(call.leg().deviceId(),
                    write.deviceId());
            case "reject" -> call.state().equals("REJECTED");
            case "cancel" -> call.state().equals("CANCELLED") && "CALLER".equals(call.reason());
            case "end" -> call.state().equals("ENDED");
            case "ringing" -> call.leg().ringingAt() != null;
            default -> throw new IllegalArgumentException(write.command());
        };
    }

    private void noCallIsPlacedTwice() {
        history.calls()
                .stream()
                .collect(Collectors.groupingBy(StoredCall::number))
                .forEach((number, same) -> {
                    if (same.size() > 1) {
                        violated("placed twice", "number " + number + " as " + same);
                    }
                });
    }

    private void everyDeviceThatRangIsStopped() {
        var stopped = history.pushes()
                .stream()
                .filter(push -> STOPS.contains(push.type()))
                .map(push -> push.callId() + " " + push.to())
                .collect(Collectors.toSet());
        history.pushes().stream().filter(Push::isRing).map(Push::callId).distinct().forEach(id -> of(id, call -> {
            var answered = "phone-of-" + call.leg().userId();
            boolean elsewhere = call.leg().state().equals("ACCEPTED") && !answered.equals(call.leg().deviceId());
            boolean toBeStopped = STOPPED.contains(call.leg().state()) || elsewhere;
            if (toBeStopped && !stopped.contains(call.id() + " " + call.leg().userId())) {
                violated("device rings on", "of " + call);
            }
        }));
    }

    /// A node makes one room at a time here, so that a kill can leave one at most. One that nobody's death explains is a
    /// violation too.
    private void aKillLeavesOneRoomAtMost() {
        var explained = new HashSet<Map.Entry<Kill, String>>();
        for (var room : orphans(history)) {
            var kill = history.kills()
                    .stream()
                    .filter(k -> k.node() == null || k.node().equals(room.madeBy()))
                    .filter(k -> !k.at().isBefore(room.madeAt()))
                    .findFirst();
            if (kill.isEmpty() || !explained.add(Map.entry(kill.get(), room.madeBy()))) {
                violated("room left behind", room + ", after " + kill);
            }
        }
    }

    private void noRoomIsDeletedUnderItsCall() {
        var deleted = history.rooms()
                .stream()
                .filter(room -> room.deletedAt() != null)
                .collect(Collectors.toMap(Room::id, Function.identity()));
        for (var call : history.calls()) {
            var room = call.roomId() == null ? null : deleted.get(call.roomId());
            if (room != null && room.deletedAt() != null && !room.deletedAt().isBefore(call.createdAt())
                    && (call.endedAt() == null || room.deletedAt().isBefore(call.endedAt()))) {
                violated("room is deleted under its call", room + " of " + call);
            }
        }
    }

    private Stream<Acknowledged> acknowledged(String command) {
        return history.acknowledged().stream().filter(write -> write.command().equals(command));
    }

    private void of(UUID id, Consumer<StoredCall> check) {
        var call = calls.get(id);
        if (call == null) {
            violated("no commit, no ring", "a push of " + id + ", which does not exist");
        } else {
            check.accept(call);
        }
    }

    private static boolean isSame(Told told, StoredCall call) {
        return told.state().equalsIgnoreCase(call.state());
    }

    private void violated(String invariant, String how) {
        violations.add(invariant + ": " + how);
    }
}
