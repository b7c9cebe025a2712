package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.identity.Requester;
import dev.ringback.room.RoomFailure;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/// Rooms that are made ahead are used by one call each, and none leaks.
@HandDriven
@TestPropertySource(properties = "ringback.room.warm-pool=2")
class WarmRoomsIntegrationTest {
    @Autowired
    private CallService service;
    @Autowired
    private WarmRooms warmRooms;
    @Autowired
    private RoomCleaner cleaner;
    @Autowired
    private HandDriven.RecordingRooms rooms;
    @Autowired
    private SettableClock clock;
    @Autowired
    private HandDriven.Bookings bookings;
    @Autowired
    private JdbcClient jdbc;

    private final Requester alice = new Requester("alice-" + UUID.randomUUID(), null, false);

    @BeforeEach
    void fill() {
        warmRooms.fill();
    }

    @AfterEach
    void providerWorksAgain() {
        rooms.failWith(null);
    }

    @Test
    void aCallThatFindsARoomReadyAsksTheProviderForNone() {
        int made = rooms.made();
        var first = call("bob");
        var second = call("carol");
        assertThat(rooms.made()).isEqualTo(made);
        assertThat(first.roomId()).isNotNull().isNotEqualTo(second.roomId());
        assertThat(bookings.has(room(first))).isFalse();
        assertThat(bookings.has(room(second))).isFalse();

        warmRooms.fill();
        assertThat(rooms.made()).isEqualTo(made + 2);
    }

    @Test
    void aCallThatFindsNoRoomReadyHasOneMade() {
        call("bob");
        call("carol");
        int made = rooms.made();
        assertThat(call("dave").roomId()).isNotNull();
        assertThat(rooms.made()).isEqualTo(made + 1);
    }

    @Test
    void aRedialHasTheRoomOfTheLastTry() {
        var first = call("bob");
        service.cancel(alice, new CallRequests.Plain(first.callId(), null, null, null));
        warmRooms.fill();
        assertThat(call("bob").roomId()).isEqualTo(first.roomId());
    }

    @Test
    void aRoomThatNobodyUsedIsDeletedAfterAnHourAndReplaced() {
        int made = rooms.made();
        // the last minute is too late to be taken
        clock.advance(WarmRooms.KEPT_FOR.minusSeconds(60));
        var call = call("bob");
        assertThat(rooms.made()).isEqualTo(made + 1);
        warmRooms.fill();
        assertThat(rooms.made()).isEqualTo(made + 3);

        clock.advance(Duration.ofSeconds(60));
        int deleted = rooms.deleted().size();
        cleaner.clean();
        assertThat(rooms.deleted().subList(deleted, rooms.deleted().size())).hasSizeGreaterThanOrEqualTo(2)
                .doesNotContain(call.roomId());
    }

    @Test
    void aRoomWhoseDeletionHasBegunIsNotTaken() {
        jdbc.sql("update vacant_room set attempts = 1").update();
        int made = rooms.made();
        assertThat(call("bob").roomId()).isNotNull();
        assertThat(rooms.made()).isEqualTo(made + 1);
        // the other one is not to meet the other tests
        call("carol");
    }

    @Test
    void aProviderThatFailsIsAskedAgain() {
        call("bob");
        rooms.failWith(new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "down"));
        int made = rooms.made();
        warmRooms.fill();
        rooms.failWith(null);
        warmRooms.fill();
        assertThat(rooms.made()).as("not at once").isEqualTo(made);
        clock.advance(Duration.ofSeconds(10));
        warmRooms.fill();
        assertThat(rooms.made()).isEqualTo(made + 1);
    }

    private CallSnapshot call(String calledId) {
        var called = calledId + "-" + alice.userId();
        return service.initiate(alice,
                new CallRequests.Initiate(null, called, null, null, null, null, null, null, null), null).call();
    }

    private static String room(CallSnapshot call) {
        return Objects.requireNonNull(call.roomId());
    }
}
