package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.identity.Requester;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider.Occupancy;
import dev.ringback.support.SettableClock;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What follows from what is said of rooms.
@HandDriven
class RoomWatchIntegrationTest {
    @Autowired
    private CallService service;
    @Autowired
    private Calls calls;
    @Autowired
    private RoomWatch watch;
    @Autowired
    private Survey survey;
    @Autowired
    private CallPurge purge;
    @Autowired
    private CallSweeper sweeper;
    @Autowired
    private UsedRooms usedRooms;
    @Autowired
    private HandDriven.RecordingRooms rooms;
    @Autowired
    private HandDriven.CommittedEvents committed;
    @Autowired
    private SettableClock clock;
    @Autowired
    private ApplicationEventPublisher hints;
    @Autowired
    private JdbcClient jdbc;

    private final Requester alice = new Requester("alice-" + UUID.randomUUID(), null, false);
    private final Requester bob = new Requester("bob-" + UUID.randomUUID(), null, false);

    @AfterEach
    void providerWorksAgain() {
        rooms.failWith(null);
        rooms.beforeToken(() -> {});
    }

    @Test
    void aRoomThatTheCallerWaitedInIsNotUsedForARedial() {
        var first = call();
        entered(first);
        service.cancel(alice, plain(first));
        assertThat(call().roomId()).isNotEqualTo(first.roomId());
    }

    @Test
    void aRoomThatIsKeptIsNotUsedOnceSomebodyHasBeenInIt() {
        var first = call();
        service.cancel(alice, plain(first));
        entered(first);
        entered(first);
        assertThat(call().roomId()).isNotEqualTo(first.roomId());
    }

    @Test
    void theEndOfASessionSaysThatTheRoomWasUsed() {
        var first = call();
        over(first);
        service.cancel(alice, plain(first));
        assertThat(call().roomId()).isNotEqualTo(first.roomId());
    }

    /// The caller's token is fetched when the kept room was found and before it is taken.
    @Test
    void aRoomThatSomebodyEntersWhileItIsTakenIsLeft() {
        var first = call();
        service.cancel(alice, plain(first));
        rooms.beforeToken(() -> entered(first));
        assertThat(call().roomId()).isNotEqualTo(first.roomId());
    }

    @Test
    void aRoomThatIsNoCallsIsNotWrittenDown() {
        var foreign = "foreign-" + UUID.randomUUID();
        hints.publishEvent(new RoomHint.Entered(foreign));
        hints.publishEvent(new RoomHint.SessionOver(foreign));
        assertThat(isUsed(foreign)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Occupancy.class, names = {"EMPTY", "GONE"})
    void anAcceptedCallEndsWithItsSession(Occupancy occupancy) {
        var call = accepted();
        clock.advance(RoomWatch.TIME_TO_JOIN);
        rooms.answerOccupancyOf(room(call), occupancy);
        over(call);
        watch.check();
        var ended = read(call);
        assertThat(ended.state()).isEqualTo(CallState.ENDED);
        assertThat(ended.reason()).isEqualTo(Reason.ENDED);
        assertThat(committed.of(call.callId()).getLast().change())
                .isEqualTo(new CallEvent.Change.Ended(null, List.of()));
        assertThat(survey.look("carol", List.of(bob.userId()), clock.instant()).reception().busy()).isEmpty();
        assertThat(isDue(call)).isFalse();
    }

    @Test
    void aCallGoesOnWhilePeopleAreInItsRoom() {
        var call = accepted();
        clock.advance(RoomWatch.TIME_TO_JOIN);
        rooms.answerOccupancyOf(room(call), Occupancy.OCCUPIED);
        over(call);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        assertThat(isDue(call)).isFalse();

        rooms.answerOccupancyOf(room(call), Occupancy.EMPTY);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        over(call);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
    }

    @Test
    void aRingingCallGoesOnThoughItsCallerHasLeftTheRoom() {
        var call = call();
        rooms.answerOccupancyOf(room(call), Occupancy.GONE);
        over(call);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.RINGING);
        assertThat(isDue(call)).isFalse();
    }

    @Test
    void whoHasJustAnsweredHasTimeToJoin() {
        var call = accepted();
        over(call);
        watch.check();
        clock.advance(RoomWatch.TIME_TO_JOIN.minusMillis(1));
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        clock.advance(Duration.ofMillis(1));
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
    }

    @Test
    void nobodyCanJoinARoomThatIsGone() {
        var call = accepted();
        rooms.answerOccupancyOf(room(call), Occupancy.GONE);
        over(call);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
    }

    @Test
    void aProviderThatDoesNotAnswerIsAskedAgain() {
        var call = accepted();
        clock.advance(RoomWatch.TIME_TO_JOIN);
        rooms.failWith(new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "down"));
        over(call);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        rooms.failWith(null);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        clock.advance(Duration.ofSeconds(5));
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
    }

    @Test
    void aProviderThatNeverAnswersIsLeftAloneAndTheCallEndsAtItsMaximumLength() {
        var call = accepted();
        rooms.failWith(new RoomFailure(RoomFailure.Kind.REJECTED, "unknown code"));
        over(call);
        for (int minutes = 0; minutes < 90; minutes++) {
            watch.check();
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(isDue(call)).isFalse();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        clock.advance(Duration.ofHours(12));
        sweeper.sweep();
        assertThat(read(call).reason()).isEqualTo(Reason.MAX_LENGTH);
    }

    @Test
    void whatIsSaidTwiceIsDoneOnce() {
        var call = accepted();
        clock.advance(RoomWatch.TIME_TO_JOIN);
        over(call);
        over(call);
        watch.check();
        over(call);
        watch.check();
        assertThat(committed.of(call.callId())).filteredOn(e -> e.change() instanceof CallEvent.Change.Ended)
                .hasSize(1);
        assertThat(isDue(call)).isFalse();
    }

    @Test
    void ofManyNodesOneEndsTheCall() throws Exception {
        var ended = IntStream.range(0, 20).mapToObj(_ -> accepted()).toList();
        clock.advance(RoomWatch.TIME_TO_JOIN);
        ended.forEach(this::over);
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            nodes.invokeAll(IntStream.range(0, 6).mapToObj(_ -> (Callable<Boolean>) () -> {
                watch.check();
                return true;
            }).toList());
        }
        for (var call : ended) {
            assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
            assertThat(committed.of(call.callId())).hasSize(3);
        }
    }

    @Test
    void whatIsHeardWhileANodeLooksIsLookedAtAgain() {
        var call = accepted();
        over(call);
        var leased = usedRooms.leaseDue(clock.instant(), Duration.ofSeconds(30), 100)
                .stream()
                .filter(room -> room.roomId().equals(room(call)))
                .findFirst()
                .orElseThrow();
        assertThat(usedRooms.leaseDue(clock.instant(), Duration.ofSeconds(30), 100)).isEmpty();
        over(call);
        usedRooms.checked(leased, null);
        assertThat(isDue(call)).isTrue();
    }

    @Test
    void whatADeadNodeLookedAtIsLookedAtWhenItsLeaseEnds() {
        var call = accepted();
        clock.advance(RoomWatch.TIME_TO_JOIN);
        over(call);
        usedRooms.leaseDue(clock.instant(), Duration.ofSeconds(30), 100);
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        clock.advance(Duration.ofSeconds(30));
        watch.check();
        assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
    }

    @Test
    void usedRoomsAreForgottenWhenNoCallCanGetThemAnyMore() {
        var finished = call();
        var living = call();
        var vacant = call();
        List.of(finished, living, vacant).forEach(this::entered);
        service.cancel(alice, plain(finished));
        service.cancel(alice, plain(vacant));
        jdbc.sql("delete from vacant_room where room_id = :room").param("room", room(finished)).update();
        purge.purge();
        assertThat(isUsed(room(finished))).isTrue();
        jdbc.sql("update used_room set used_at = :long_ago")
                .param("long_ago", Timestamp.from(clock.instant().minus(Duration.ofDays(2))))
                .update();
        purge.purge();
        assertThat(isUsed(room(finished))).isFalse();
        assertThat(isUsed(room(living))).isTrue();
        assertThat(isUsed(room(vacant))).isTrue();
    }

    private CallSnapshot call() {
        return service.initiate(alice,
                new CallRequests.Initiate(null, bob.userId(), null, null, null, null, null, null, null), null).call();
    }

    private CallSnapshot accepted() {
        var call = call();
        return service.accept(bob, new CallRequests.Accept(call.callId(), null, null, null, null)).call();
    }

    private void entered(CallSnapshot call) {
        hints.publishEvent(new RoomHint.Entered(room(call)));
    }

    private void over(CallSnapshot call) {
        hints.publishEvent(new RoomHint.SessionOver(room(call)));
    }

    private boolean isUsed(String roomId) {
        return jdbc.sql("select exists (select from used_room where room_id = :room)")
                .param("room", roomId)
                .query(Boolean.class)
                .single();
    }

    /// Whether the provider is still to be asked about the call's room.
    private boolean isDue(CallSnapshot call) {
        return jdbc.sql("select check_at is not null from used_room where room_id = :room")
                .param("room", room(call))
                .query(Boolean.class)
                .single();
    }

    private CallSnapshot read(CallSnapshot call) {
        return calls.get(alice, new CallRef.ById(call.callId()));
    }

    private CallState stateOf(CallSnapshot call) {
        return read(call).state();
    }

    private static String room(CallSnapshot call) {
        return Objects.requireNonNull(call.roomId());
    }

    private static CallRequests.Plain plain(CallSnapshot call) {
        return new CallRequests.Plain(call.callId(), null, null, null);
    }
}
