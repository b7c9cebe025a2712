package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.identity.Requester;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.support.SettableClock;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Rooms are made once, used again within the re-dial window, and never leak.
@HandDriven
class RoomsIntegrationTest {
    @Autowired
    private CallService service;
    @Autowired
    private RoomCleaner cleaner;
    @Autowired
    private Rooms placing;
    @Autowired
    private HandDriven.RecordingRooms rooms;
    @Autowired
    private HandDriven.CommittedEvents events;
    @Autowired
    private SettableClock clock;
    @Autowired
    private HandDriven.Bookings bookings;
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
    void theRingIsOnItsWayBeforeTheCallersTokenIsFetched() {
        rooms.beforeToken(() -> assertThat(ringsCommitted()).isEqualTo(1));
        assertThat(call().callerToken()).endsWith("MODERATOR");
    }

    /// As after a connection that was lost while the call was committed: whoever placed it believes that it was not.
    @Test
    void aRoomThatACallIsInIsNotGivenUp() {
        var call = call().call();
        placing.giveUp(new PreparedRoom.Fresh(room(call)), clock.instant());
        cleaner.clean();
        assertThat(rooms.deleted()).doesNotContain(room(call));
    }

    @Test
    void aRoomIsKeptForARedialAndDeletedAfterTheWindow() {
        var first = call().call();
        service.cancel(alice, plain(first));
        clock.advance(Duration.ofSeconds(59));
        cleaner.clean();
        assertThat(rooms.deleted()).doesNotContain(room(first));

        var second = call().call();
        assertThat(second.roomId()).isEqualTo(first.roomId());
        service.cancel(alice, plain(second));
        clock.advance(Duration.ofSeconds(60));
        cleaner.clean();
        assertThat(rooms.deleted()).containsOnlyOnce(room(first));
        assertThat(call().call().roomId()).isNotEqualTo(first.roomId());
        assertThat(bookings.has(room(first))).isFalse();
    }

    @Test
    void aRedialToOtherUsersGetsItsOwnRoom() {
        var first = call().call();
        service.cancel(alice, plain(first));
        var group = service.initiate(alice, new CallRequests.Initiate(null, null,
                List.of(bob.userId(), "carol"), null, null, null, null, null, null), null);
        assertThat(group.call().roomId()).isNotEqualTo(first.roomId());
    }

    @Test
    void aRoomWhoseTokenWasEmbeddedIsNotUsedAgain() {
        var first = service.initiate(alice, new CallRequests.Initiate(null, bob.userId(), null, null, null, null,
                TokenDelivery.EMBEDDED, null, null), null).call();
        service.cancel(alice, plain(first));
        assertThat(call().call().roomId()).isNotEqualTo(first.roomId());
        assertThat(bookings.has(room(first))).isTrue();
    }

    @Test
    void theRoomOfAnEndedCallIsDeletedOnceItsSessionIsOver() {
        var call = call().call();
        service.accept(bob, new CallRequests.Accept(call.callId(), null, null, null, null));
        service.end(alice, plain(call));
        rooms.answerDeletionOf(room(call), RoomProvider.Deletion.IN_USE);
        clock.advance(Duration.ofSeconds(60));
        cleaner.clean();
        assertThat(bookings.has(room(call))).isTrue();

        rooms.answerDeletionOf(room(call), RoomProvider.Deletion.DELETED);
        clock.advance(Duration.ofSeconds(31));
        cleaner.clean();
        assertThat(bookings.has(room(call))).isFalse();
    }

    @Test
    void aFailedDeletionIsTriedAgain() {
        var call = call().call();
        service.cancel(alice, plain(call));
        rooms.failWith(new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "down"));
        clock.advance(Duration.ofSeconds(60));
        cleaner.clean();
        assertThat(bookings.has(room(call))).isTrue();
        rooms.failWith(null);
        clock.advance(Duration.ofSeconds(31));
        cleaner.clean();
        assertThat(rooms.deleted()).contains(room(call));
    }

    @Test
    void aKeptRoomThatIsGoneIsReplaced() {
        var first = call().call();
        service.cancel(alice, plain(first));
        var gone = new RoomFailure(RoomFailure.Kind.REJECTED, "no such room");
        rooms.beforeToken(() -> {
            rooms.beforeToken(() -> {});
            throw gone;
        });
        var second = call();
        assertThat(second.call().roomId()).isNotEqualTo(first.roomId());
        assertThat(second.callerToken()).isNotNull();
    }

    @Test
    void withoutARoomNothingRings() {
        rooms.failWith(new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "down"));
        refused(this::call, ProblemCode.ROOM_PROVIDER_UNAVAILABLE);
        rooms.failWith(new RoomFailure(RoomFailure.Kind.REJECTED, "wrong key"));
        refused(this::call, ProblemCode.ROOM_PROVIDER_REJECTED);
        assertThat(callsOfAlice()).isZero();
    }

    @Test
    void aCallRingsEvenIfTheCallersTokenCannotBeHad() {
        rooms.beforeToken(() -> {
            throw new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "down");
        });
        var started = call();
        assertThat(started.callerToken()).isNull();
        assertThat(started.call().state()).isEqualTo(CallState.RINGING);

        var accept = new CallRequests.Accept(started.call().callId(), null, null, null, "phone");
        refused(() -> service.accept(bob, accept), ProblemCode.ROOM_PROVIDER_UNAVAILABLE);
        rooms.beforeToken(() -> {});
        // the call is accepted; the winner repeats and gets its token
        assertThat(service.accept(bob, accept).token()).endsWith("PARTICIPANT");
        assertThat(service.token(alice, accept).token()).endsWith("MODERATOR");
    }

    @Test
    void aRoomMadeForACallThatIsNotPlacedIsBookedForDeletion() {
        service.initiate(bob, new CallRequests.Initiate(null, alice.userId(), null, null, null, null, null, null, null),
                null);
        int made = rooms.made();
        var merged = call();
        assertThat(merged.call().glare()).isTrue();
        assertThat(rooms.made()).isEqualTo(made + 1);
        cleaner.clean();
        assertThat(rooms.deleted()).anyMatch(room -> room.startsWith("room-" + (made + 1) + "-"));
    }

    private Initiation.Started call() {
        return service.initiate(alice,
                new CallRequests.Initiate(null, bob.userId(), null, null, null, null, null, null, null), null);
    }

    private long ringsCommitted() {
        return jdbc.sql("select call_id from call where caller_id = :caller")
                .param("caller", alice.userId())
                .query(UUID.class)
                .list()
                .stream()
                .filter(id -> events.of(Objects.requireNonNull(id)).size() == 1)
                .count();
    }

    private int callsOfAlice() {
        return jdbc.sql("select count(*) from call where caller_id = :caller")
                .param("caller", alice.userId())
                .query(Integer.class)
                .single();
    }

    private static String room(CallSnapshot call) {
        return Objects.requireNonNull(call.roomId());
    }

    private static CallRequests.Plain plain(CallSnapshot call) {
        return new CallRequests.Plain(call.callId(), null, null, null);
    }

    private static void refused(ThrowingCallable command, @Nullable ProblemCode code) {
        assertThatThrownBy(command).isInstanceOfSatisfying(ProblemException.class,
                problem -> assertThat(problem.code()).isEqualTo(code));
    }
}
