package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.identity.Requester;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Rooms that no call uses are found at the provider; all others are left alone.
@HandDriven
@ExtendWith(OutputCaptureExtension.class)
class OrphanRoomsIntegrationTest {
    @Autowired
    private CallService service;
    @Autowired
    private OrphanRooms orphans;
    @Autowired
    private VacantRooms vacantRooms;
    @Autowired
    private RoomCleaner cleaner;
    @Autowired
    private CallPurge purge;
    @Autowired
    private HandDriven.RecordingRooms rooms;
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
    }

    @Test
    void theRoomOfAProcessThatWasKilledIsDeleted(CapturedOutput output) {
        var orphan = roomWithoutACall();
        clock.advance(Duration.ofMinutes(15));
        orphans.check();
        assertThat(output).contains("No call uses these rooms", orphan);
        cleaner.clean();
        assertThat(rooms.deleted()).containsOnlyOnce(orphan);
        assertThat(bookings.has(orphan)).isFalse();
    }

    @Test
    void aYoungRoomIsLeftAloneSinceItsCallMayJustBePlaced() {
        var young = roomWithoutACall();
        clock.advance(Duration.ofMinutes(15).minusMillis(1));
        orphans.check();
        assertThat(bookings.has(young)).isFalse();
        clock.advance(Duration.ofMillis(1));
        orphans.check();
        assertThat(bookings.has(young)).isTrue();
    }

    @Test
    void theRoomOfALivingCallIsLeftAlone() {
        var call = call();
        service.accept(bob, new CallRequests.Accept(call.callId(), null, null, null, null));
        clock.advance(Duration.ofHours(3));
        orphans.check();
        assertThat(bookings.has(room(call))).isFalse();
    }

    /// A re-dial keeps the room of an older call, after which it is named, and that call may be long forgotten.
    @Test
    void aRoomThatARedialUsesIsLeftAloneWhenItsFirstCallIsForgotten() {
        var first = call();
        service.cancel(alice, plain(first));
        var second = call();
        assertThat(second.roomId()).isEqualTo(first.roomId());
        jdbc.sql("delete from call where call_id = :id").param("id", first.callId()).update();
        clock.advance(Duration.ofHours(3));
        orphans.check();
        assertThat(bookings.has(room(second))).isFalse();
    }

    @Test
    void aVacantRoomKeepsItsOwnTime() {
        var orphan = roomWithoutACall();
        var later = clock.instant().plus(Duration.ofDays(1));
        vacantRooms.giveUpUnknown(List.of(orphan), later);
        clock.advance(Duration.ofMinutes(15));
        orphans.check();
        cleaner.clean();
        assertThat(rooms.deleted()).doesNotContain(orphan);
        assertThat(bookings.has(orphan)).isTrue();
    }

    @Test
    void aRoomWhoseDeletionWasGivenUpIsTriedAgainOnceItsCallIsForgotten() {
        var call = call();
        service.cancel(alice, plain(call));
        vacantRooms.forget(List.of(room(call)));
        clock.advance(Duration.ofMinutes(15));
        orphans.check();
        assertThat(bookings.has(room(call))).isFalse();

        clock.advance(Duration.ofDays(30));
        purge.purge();
        orphans.check();
        assertThat(bookings.has(room(call))).isTrue();
    }

    @Test
    void aSessionInAnOrphanIsNotCutOff() {
        var orphan = roomWithoutACall();
        rooms.answerDeletionOf(orphan, RoomProvider.Deletion.IN_USE);
        clock.advance(Duration.ofMinutes(15));
        orphans.check();
        cleaner.clean();
        assertThat(bookings.has(orphan)).isTrue();
        orphans.check();
        assertThat(attempts(orphan)).isOne();
    }

    @Test
    void ofNodesThatLookAtOnceOneBooksTheRoom(CapturedOutput output) throws Exception {
        var orphan = roomWithoutACall();
        clock.advance(Duration.ofMinutes(15));
        var together = new CyclicBarrier(8);
        try (var nodes = Executors.newFixedThreadPool(8)) {
            List<Future<Boolean>> checks = IntStream.range(0, 8).mapToObj(_ -> nodes.submit(() -> {
                together.await();
                orphans.check();
                return true;
            })).toList();
            for (var check : checks) {
                assertThat(check.get()).isTrue();
            }
        }
        cleaner.clean();
        assertThat(output.getOut().split(orphan, -1)).hasSize(2);
        assertThat(rooms.deleted()).containsOnlyOnce(orphan);
    }

    @Test
    void aProviderThatIsDownIsAskedAnotherTime() {
        var orphan = roomWithoutACall();
        clock.advance(Duration.ofMinutes(15));
        rooms.failWith(new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "down"));
        orphans.check();
        assertThat(bookings.has(orphan)).isFalse();
        rooms.failWith(null);
        orphans.check();
        assertThat(bookings.has(orphan)).isTrue();
    }

    @Test
    void aProviderThatCannotListIsWarnedOfOnce(CapturedOutput output) {
        rooms.failWith(new RoomFailure(RoomFailure.Kind.REJECTED, "no such route"));
        orphans.check();
        orphans.check();
        assertThat(output).containsOnlyOnce("no such route");
        rooms.failWith(null);
        orphans.check();
        rooms.failWith(new RoomFailure(RoomFailure.Kind.REJECTED, "it cannot any more"));
        orphans.check();
        assertThat(output).containsOnlyOnce("it cannot any more");
    }

    private String roomWithoutACall() {
        return rooms.createRoom(UuidCreator.getTimeOrderedEpoch(clock.instant()), alice.userId());
    }

    private CallSnapshot call() {
        return service.initiate(alice,
                new CallRequests.Initiate(null, bob.userId(), null, null, null, null, null, null, null), null).call();
    }

    private int attempts(String roomId) {
        return jdbc.sql("select attempts from vacant_room where room_id = :room")
                .param("room", roomId)
                .query(Integer.class)
                .single();
    }

    private static String room(CallSnapshot call) {
        return Objects.requireNonNull(call.roomId());
    }

    private static CallRequests.Plain plain(CallSnapshot call) {
        return new CallRequests.Plain(call.callId(), null, null, null);
    }
}
