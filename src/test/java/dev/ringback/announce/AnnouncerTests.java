package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.CallState;
import dev.ringback.call.CallType;
import dev.ringback.call.InvitationState;
import dev.ringback.call.Reason;
import dev.ringback.call.Silence;
import dev.ringback.call.TokenDelivery;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What each change of a call is called outside.
class AnnouncerTests {
    private static final List<String> BOB = List.of("bob");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void eachChangeIsOneEvent() {
        assertThat(Announcer.typeOf(new Change.Acknowledged("bob"))).contains(EventType.CALL_RINGING);
        assertThat(Announcer.typeOf(new Change.Accepted("bob", null))).contains(EventType.CALL_ACCEPTED);
        assertThat(Announcer.typeOf(new Change.Rejected("bob", Reason.DECLINED))).contains(EventType.CALL_REJECTED);
        assertThat(Announcer.typeOf(new Change.Withdrawn(BOB, Reason.CALLER))).contains(EventType.CALL_CANCELLED);
        assertThat(Announcer.typeOf(new Change.Withdrawn(BOB, Reason.TIMEOUT))).contains(EventType.CALL_MISSED);
        assertThat(Announcer.typeOf(new Change.Withdrawn(BOB, Reason.UNREACHABLE)))
                .contains(EventType.CALL_UNREACHABLE);
        assertThat(Announcer.typeOf(new Change.Ended(null, List.of()))).contains(EventType.CALL_ENDED);
    }

    @Test
    void thatMorePeopleRingIsNone() {
        assertThat(Announcer.typeOf(new Change.Rang(BOB))).isEmpty();
    }

    /// A backend that tells bob of missed calls would tell him of somebody whom he has blocked.
    @Test
    void aBlockedCallIsMissedByNobody() {
        var blocked = Announcer.happening(timedOut(null, Silence.BLOCKED)).orElseThrow();
        assertThat(blocked.type()).isEqualTo(EventType.CALL_MISSED);
        assertThat(blocked.userIds()).containsExactly("bob");
        var onlyBlocked = Announcer.happening(timedOut(Silence.BLOCKED, Silence.BLOCKED)).orElseThrow();
        assertThat(onlyBlocked.type()).isEqualTo(EventType.CALL_CANCELLED);
        assertThat(onlyBlocked.userIds()).isEmpty();
        var later = Announcer.happening(timedOut(Silence.DO_NOT_DISTURB, Silence.BLOCKED)).orElseThrow();
        assertThat(later.type()).as("who was left alone is told afterwards").isEqualTo(EventType.CALL_MISSED);
        assertThat(later.userIds()).containsExactly("bob");
    }

    private static CallEvent timedOut(@Nullable Silence bobs, @Nullable Silence carols) {
        var call = new CallSnapshot(UUID.randomUUID(), "room", CallState.CANCELLED, Reason.TIMEOUT, null, 2,
                CallType.VIDEO, "alice", "Alice", null, List.of(missed("bob", bobs), missed("carol", carols)), NOW, NOW,
                null, null, NOW, TokenDelivery.ON_ACCEPT, false, null);
        return new CallEvent(call, new Change.Withdrawn(List.of("bob", "carol"), Reason.TIMEOUT), false);
    }

    private static Invited missed(String userId, @Nullable Silence silence) {
        return new Invited(userId, InvitationState.MISSED, null, null, NOW, null, false, List.of(), silence);
    }
}
