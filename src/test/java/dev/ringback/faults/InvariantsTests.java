package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.faults.Cluster.Kill;
import dev.ringback.faults.Cluster.Outage;
import dev.ringback.faults.FakePushes.Push;
import dev.ringback.faults.FakeRooms.Room;
import dev.ringback.faults.History.Acknowledged;
import dev.ringback.faults.History.Leg;
import dev.ringback.faults.History.Overdue;
import dev.ringback.faults.History.StoredCall;
import dev.ringback.faults.History.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each invariant sees what breaks it, in records forged for that.
class InvariantsTests {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant DEADLINE = START.plusSeconds(10);
    private static final UUID CALL = UUID.randomUUID();
    private static final UUID ANSWERED = UUID.randomUUID();

    /// One call that nobody answered and one that the tablet did, both as they should be.
    private final List<StoredCall> calls = new ArrayList<>(List.of(timedOut(DEADLINE), answered("ACCEPTED", 2)));
    private final Set<String> vacant = new HashSet<>(Set.of("room-1"));
    private final List<Room> rooms = new ArrayList<>(List.of(room("room-1", null), room("room-2", null)));
    private final List<Push> pushes = new ArrayList<>(List.of(push(CALL, "incoming_call", START),
            push(CALL, "call_cancelled", DEADLINE), push(ANSWERED, "incoming_call", START),
            push(ANSWERED, "call_answered_elsewhere", START)));
    private final List<Acknowledged> acknowledged = new ArrayList<>(
            List.of(new Acknowledged("initiate", CALL, "alice", null, 1),
                    new Acknowledged("accept", ANSWERED, "bob", "tablet-of-bob", 2)));
    private final List<Told> told = new ArrayList<>(List.of(told(CALL, "alice", "reconnect", 2, "cancelled"),
            told(CALL, "bob", "reconnect", 2, "cancelled"), told(ANSWERED, "alice", "reconnect", 2, "accepted"),
            told(ANSWERED, "bob", "reconnect", 2, "accepted")));
    private final List<Overdue> overdue = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();
    private final List<Kill> kills = new ArrayList<>();

    @Test
    void aRunInWhichAllIsWellBreaksNone() {
        assertThat(violations()).isEmpty();
    }

    @Test
    void aSecondWinnerIsSeen() {
        acknowledged.add(new Acknowledged("accept", ANSWERED, "bob", "phone-of-bob", 2));
        assertThat(violations()).anyMatch(violation -> violation.startsWith("accepted twice: "));
    }

    @Test
    void aSecondWinnerIsSeenAlsoInWhatTheCallerIsTold() {
        told.add(new Told(ANSWERED, "alice", "call_accepted", 2, "accepted", "phone-of-bob", START));
        assertBroken("accepted twice");
    }

    @Test
    void aRingAfterItsDeadlineIsSeen() {
        pushes.add(push(CALL, "incoming_call", DEADLINE.plusSeconds(2)));
        assertBroken("ring after its deadline");
    }

    @Test
    void aRingAfterItsDeadlineIsSeenOnASocketToo() {
        told.add(new Told(CALL, "bob", "incoming_call", 1, "ringing", null, DEADLINE.plusSeconds(2)));
        assertBroken("ring after its deadline");
    }

    @Test
    void aRingOfACallThatWasNeverCommittedIsSeen() {
        pushes.add(push(UUID.randomUUID(), "incoming_call", START));
        assertBroken("no commit, no ring");
    }

    @Test
    void aTimeoutThatComesLateIsSeenUnlessNobodyCouldServe() {
        calls.set(0, timedOut(DEADLINE.plusSeconds(5)));
        assertBroken("rings on past its deadline");
        outages.add(new Outage(DEADLINE.minusSeconds(1), DEADLINE.plusSeconds(4)));
        assertThat(violations()).isEmpty();
    }

    @Test
    void aCallSeenToRingPastItsDeadlineIsSeenUnlessNobodyCouldServe() {
        overdue.add(new Overdue(CALL, DEADLINE, DEADLINE.plusMillis(2_100)));
        assertBroken("rings on past its deadline");
        outages.add(new Outage(DEADLINE, DEADLINE.plusMillis(200)));
        assertThat(violations()).isEmpty();
    }

    @Test
    void aCallThatRingsInTheEndIsSeen() {
        calls.set(0, new StoredCall(CALL, 1, "RINGING", null, 1, "alice", "room-1", START, DEADLINE, null,
                new Leg("bob", "RINGING", null, null)));
        told.removeIf(t -> t.callId().equals(CALL));
        told.add(told(CALL, "alice", "reconnect", 1, "ringing"));
        told.add(told(CALL, "bob", "reconnect", 1, "ringing"));
        assertBroken("rings on past its deadline");
    }

    @Test
    void aPartyThatLearnsNothingOrAnOldStateIsSeen() {
        told.removeIf(t -> t.callId().equals(CALL) && t.userId().equals("bob"));
        assertBroken("not told the final state");
        told.add(told(CALL, "bob", "reconnect", 1, "ringing"));
        assertBroken("not told the final state");
    }

    @Test
    void aStateThatNeverWasIsSeen() {
        told.add(told(CALL, "alice", "call_accepted", 3, "accepted"));
        assertBroken("told what is not so");
    }

    @Test
    void aLostWriteIsSeen() {
        acknowledged.add(new Acknowledged("end", ANSWERED, "alice", null, 2));
        assertBroken("acknowledged write is lost");
    }

    @Test
    void aLostCallIsSeen() {
        acknowledged.add(new Acknowledged("initiate", UUID.randomUUID(), "alice", null, 1));
        assertBroken("acknowledged write is lost");
    }

    @Test
    void aWriteUndoneByAnOlderVersionIsSeen() {
        acknowledged.add(new Acknowledged("accept", ANSWERED, "bob", "tablet-of-bob", 3));
        assertBroken("acknowledged write is lost");
    }

    @Test
    void aRequestThatMadeTwoCallsIsSeen() {
        calls.add(new StoredCall(UUID.randomUUID(), 1, "REJECTED", "DECLINED", 2, "alice", "room-1", START, DEADLINE,
                START, new Leg("bob", "REJECTED", null, null)));
        assertThat(violations()).anyMatch(violation -> violation.startsWith("placed twice: "));
    }

    @Test
    void aDeviceThatIsNotToldToStopIsSeen() {
        pushes.removeIf(push -> push.type().equals("call_cancelled"));
        assertBroken("device rings on");
    }

    @Test
    void aDeviceThatIsNotToldOfTheOthersAnswerIsSeen() {
        pushes.removeIf(push -> push.type().equals("call_answered_elsewhere"));
        assertBroken("device rings on");
    }

    @Test
    void aRoomThatNoKillExplainsIsSeen() {
        rooms.add(room("orphan", null));
        assertBroken("room left behind");
        kills.add(new Kill(START.plusSeconds(1), "another"));
        assertBroken("room left behind");
        kills.add(new Kill(START.plusSeconds(1), "one"));
        assertThat(violations()).isEmpty();
        rooms.add(room("a second one", null));
        assertBroken("room left behind");
    }

    @Test
    void aRoomThatIsDeletedWhileItsCallRingsIsSeen() {
        rooms.set(0, room("room-1", START.plusSeconds(5)));
        assertBroken("room is deleted under its call");
    }

    @Test
    void aRoomThatIsDeletedDuringTheConversationIsSeen() {
        rooms.set(1, room("room-2", DEADLINE.plusSeconds(100)));
        assertBroken("room is deleted under its call");
    }

    private void assertBroken(String invariant) {
        assertThat(violations()).isNotEmpty().allMatch(violation -> violation.startsWith(invariant + ": "));
    }

    private List<String> violations() {
        return Invariants
                .violations(new History(calls, vacant, rooms, pushes, acknowledged, told, overdue, outages, kills));
    }

    private static StoredCall timedOut(Instant endedAt) {
        return new StoredCall(CALL, 1, "CANCELLED", "TIMEOUT", 2, "alice", "room-1", START, DEADLINE, endedAt,
                new Leg("bob", "MISSED", null, null));
    }

    private static StoredCall answered(String state, int version) {
        return new StoredCall(ANSWERED, 2, state, null, version, "alice", "room-2", START, DEADLINE, null,
                new Leg("bob", "ACCEPTED", "tablet-of-bob", null));
    }

    private static Room room(String id, @Nullable Instant deletedAt) {
        return new Room(id, "ringback", "one", START, deletedAt);
    }

    private static Push push(UUID call, String type, Instant at) {
        return new Push(call, type, "bob", "one", at);
    }

    private static Told told(UUID call, String userId, String how, int version, String state) {
        return new Told(call, userId, how, version, state, null, DEADLINE.plusSeconds(20));
    }
}
