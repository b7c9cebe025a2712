package dev.ringback.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringback.room.RoomProvider.Deletion;
import dev.ringback.room.RoomProvider.MadeRoom;
import dev.ringback.room.RoomProvider.Occupancy;
import dev.ringback.room.RoomProvider.Role;
import dev.ringback.room.RoomProvider.TokenRequest;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds for every room provider. A subclass supplies the provider, its counterpart, and says what the
/// counterpart can do.
public abstract class RoomProviderContract {
    private static final UUID CALL = UUID.fromString("0199f1d0-0000-7000-8000-000000000001");

    protected abstract RoomProvider provider();

    /// From now on the counterpart answers failures.
    protected abstract void breakDown();

    /// From now on the counterpart does not answer.
    protected abstract void hang();

    /// Lets somebody join the room, so that a session runs in it.
    protected abstract void startSession(String roomId);

    /// Lets everybody leave the room, so that its session is over.
    protected abstract void endSession(String roomId);

    protected abstract boolean claimsToBeSimulated();

    /// A room that somebody else made in the same account.
    protected abstract String foreignRoom(String name);

    @Test
    void everyRoomHasAnIdOfItsOwn() {
        assertThat(newRoom()).isNotBlank().isNotEqualTo(newRoom());
    }

    @ParameterizedTest
    @EnumSource
    void everyTokenIsFresh(Role role) {
        var request = new TokenRequest(newRoom(), "bob", "Bob", role);
        var first = provider().issueToken(request);
        assertThat(first).isNotBlank().isNotEqualTo(provider().issueToken(request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Zoë Ångström", "山田太郎", "👩‍🚀", "\"; DROP TABLE", "\\u0000 \n \t", "half a pair \ud83d"})
    void namesOfEveryKindAreTaken(String name) {
        assertThat(provider().issueToken(new TokenRequest(newRoom(), name, name, Role.PARTICIPANT))).isNotBlank();
        assertThat(provider().createRoom(CALL, name)).isNotBlank();
    }

    @Test
    void aDeletedRoomIsGone() {
        var room = newRoom();
        assertThat(provider().deleteRoom(room)).isEqualTo(Deletion.DELETED);
        assertThatFails(RoomFailure.Kind.REJECTED, () -> provider().issueToken(tokenFor(room)));
    }

    @Test
    void aRoomIsDeletedTwice() {
        var room = newRoom();
        provider().deleteRoom(room);
        assertThat(provider().deleteRoom(room)).isEqualTo(Deletion.DELETED);
    }

    @Test
    void aRoomWithARunningSessionIsInUse() {
        var room = newRoom();
        startSession(room);
        assertThat(provider().deleteRoom(room)).isEqualTo(Deletion.IN_USE);
    }

    @Test
    void aRoomIsEmptyThenOccupiedThenGone() {
        var room = newRoom();
        assertThat(provider().occupancyOf(room)).isEqualTo(Occupancy.EMPTY);
        startSession(room);
        assertThat(provider().occupancyOf(room)).isEqualTo(Occupancy.OCCUPIED);
        endSession(room);
        assertThat(provider().occupancyOf(room)).isEqualTo(Occupancy.GONE);
        assertThatFails(RoomFailure.Kind.REJECTED, () -> provider().issueToken(tokenFor(room)));
    }

    @Test
    void nobodyIsInADeletedRoom() {
        var room = newRoom();
        provider().deleteRoom(room);
        assertThat(provider().occupancyOf(room)).isEqualTo(Occupancy.GONE);
    }

    @Test
    void whatWasMadeIsListedWithItsCall() {
        var first = newRoom();
        var second = newRoom();
        assertThat(provider().listRooms()).containsExactlyInAnyOrder(new MadeRoom(first, CALL),
                new MadeRoom(second, CALL));
    }

    @Test
    void aDeletedRoomIsNotListed() {
        var room = newRoom();
        provider().deleteRoom(room);
        assertThat(provider().listRooms()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Weekly standup", "ringback", "ringback-0199f1d0-0000-7000-8000-000000000001",
            "ringback0a1b2c3d4e5f", "ringback0a1b2c3d4e5f0199f1d0000070008000000000000001a",
            "ringback0a1b2c3d4e5fnotahexadecimalnumberatallinhere",
            "ringback0a1b2c3d4e5f0199f1d0000040008000000000000001",
            "RINGBACK0A1B2C3D4E5F0199F1D0000070008000000000000001",
            "ringback0a1b2c3d4e5e0199f1d0000070008000000000000001"})
    void aRoomOfSomebodyElseIsNotListed(String name) {
        var foreign = foreignRoom(name);
        var room = newRoom();
        assertThat(provider().listRooms()).extracting(MadeRoom::roomId).containsExactly(room).doesNotContain(foreign);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "../rooms", "a/b", "a?b", "%2e%2e"})
    void whatIsNoRoomIdIsRejected(String roomId) {
        assertThatFails(RoomFailure.Kind.REJECTED, () -> provider().issueToken(tokenFor(roomId)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", ".."})
    void nobodyIsLookedForInWhatIsNoRoomId(String roomId) {
        assertThatFails(RoomFailure.Kind.REJECTED, () -> provider().occupancyOf(roomId));
    }

    @Test
    void manyAskAtOnce() {
        var rooms = ConcurrentHashMap.<String>newKeySet();
        // fewer than a server lets wait at its door
        try (var threads = Executors.newFixedThreadPool(40)) {
            IntStream.range(0, 200).forEach(_ -> threads.execute(() -> rooms.add(newRoom())));
        }
        assertThat(rooms).hasSize(200);
    }

    @Test
    void aBrokenProviderIsUnavailable() {
        var room = newRoom();
        breakDown();
        assertAllUnavailable(room);
    }

    @Test
    @Timeout(20)
    void aProviderThatDoesNotAnswerIsUnavailableWithinFiveSeconds() {
        hang();
        var start = System.nanoTime();
        assertThatFails(RoomFailure.Kind.UNAVAILABLE, this::newRoom);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(5_900));
    }

    @Test
    void saysWhetherItIsSimulated() {
        assertThat(provider().simulated()).isEqualTo(claimsToBeSimulated());
    }

    private void assertAllUnavailable(String room) {
        assertThatFails(RoomFailure.Kind.UNAVAILABLE, this::newRoom);
        assertThatFails(RoomFailure.Kind.UNAVAILABLE, () -> provider().issueToken(tokenFor(room)));
        assertThatFails(RoomFailure.Kind.UNAVAILABLE, () -> provider().deleteRoom(room));
        assertThatFails(RoomFailure.Kind.UNAVAILABLE, () -> provider().listRooms());
        assertThatFails(RoomFailure.Kind.UNAVAILABLE, () -> provider().occupancyOf(room));
    }

    private String newRoom() {
        return provider().createRoom(CALL, "alice");
    }

    private static TokenRequest tokenFor(String roomId) {
        return new TokenRequest(roomId, "bob", "Bob", Role.PARTICIPANT);
    }

    private static void assertThatFails(RoomFailure.Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(call).returns(kind, RoomFailure::kind);
    }
}
