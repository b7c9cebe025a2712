package dev.ringback.notify;

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
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who is told what.
class PlannerTests {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:10Z");
    private static final Instant DEADLINE = Instant.parse("2026-01-01T00:00:45Z");

    @Test
    void aRingGoesToThoseItRingsFor() {
        var call = call(CallState.RINGING, null, invited("bob", InvitationState.RINGING),
                invited("carol", InvitationState.ACCEPTED));
        assertThat(plan(call, new Change.Rang(List.of("bob")))).containsExactly("incoming_call to bob");
    }

    @Test
    void timeLeftIsCountedFromNowAndIsNeverNegative() {
        var call = call(CallState.RINGING, null, invited("bob", InvitationState.RINGING));
        var event = new CallEvent(call, new Change.Rang(List.of("bob")), false);
        assertThat(Planner.plan(event, NOW).getFirst().expiresInMs()).isEqualTo(35_000);
        assertThat(Planner.plan(event, DEADLINE.plusSeconds(1)).getFirst().expiresInMs()).isZero();
    }

    @Test
    void anAcceptGoesToTheCallerTheOtherInviteesAndTheWinnersOtherDevices() {
        var call = call(CallState.ACCEPTED, null, invited("bob", InvitationState.ACCEPTED),
                invited("carol", InvitationState.RINGING), invited("dave", InvitationState.REJECTED));
        var event = new CallEvent(call, new Change.Accepted("bob", "phone"), false);
        assertThat(plan(event)).containsExactly("call_accepted to alice", "call_accepted to carol",
                "call_answered_elsewhere to bob because answered_elsewhere");
        assertThat(Planner.plan(event, NOW)).allMatch(n -> "phone".equals(n.answeredByDevice()))
                .allMatch(n -> "bob".equals(n.userId()));
    }

    @Test
    void aRejectGoesToTheCallerAndTheUsersOtherDevices() {
        var call = call(CallState.REJECTED, Reason.BUSY, invited("bob", InvitationState.REJECTED));
        assertThat(plan(call, new Change.Rejected("bob", Reason.BUSY))).containsExactly(
                "call_rejected to alice because busy", "call_answered_elsewhere to bob because declined_elsewhere");
    }

    @Test
    void aCancelIsThenMissedAndTheCallerKnows() {
        var call = call(CallState.CANCELLED, Reason.CALLER, invited("bob", InvitationState.CANCELLED));
        assertThat(plan(call, new Change.Withdrawn(List.of("bob"), Reason.CALLER)))
                .containsExactly("call_cancelled to bob because caller", "call_missed to bob because caller");
    }

    @Test
    void aTimeoutIsToldToTheCallerToo() {
        for (var reason : List.of(Reason.TIMEOUT, Reason.UNREACHABLE)) {
            var call = call(CallState.CANCELLED, reason, invited("bob", InvitationState.MISSED));
            assertThat(plan(call, new Change.Withdrawn(List.of("bob"), reason))).last()
                    .asString()
                    .isEqualTo("call_cancelled to alice because " + reason.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void aMissedInviteeOfARunningGroupCallDoesNotCancelItForTheCaller() {
        var call = call(CallState.ACCEPTED, null, invited("bob", InvitationState.ACCEPTED),
                invited("carol", InvitationState.MISSED));
        assertThat(plan(call, new Change.Withdrawn(List.of("carol"), Reason.TIMEOUT)))
                .containsExactly("call_cancelled to carol because timeout", "call_missed to carol because timeout");
    }

    @Test
    void anEndGoesToEverybodyElseWhoWasInOrStillRang() {
        var call = call(CallState.ENDED, Reason.ENDED, invited("bob", InvitationState.ACCEPTED),
                invited("carol", InvitationState.MISSED), invited("dave", InvitationState.REJECTED));
        assertThat(plan(call, new Change.Ended("bob", List.of("carol"))))
                .containsExactly("call_ended to alice because ended", "call_ended to carol because ended");
        assertThat(plan(call, new Change.Ended(null, List.of()))).hasSize(2);
    }

    @Test
    void theSnapshotShowsEachPartyItsSide() {
        var ringing = call(CallState.RINGING, null, invited("bob", InvitationState.RINGING));
        assertThat(snapshot(ringing, "bob", "phone")).isEqualTo("incoming_call to bob");
        assertThat(snapshot(ringing, "bob", "silenced")).isEqualTo("nothing");
        assertThat(snapshot(ringing, "alice", null)).isEqualTo("call_ringing to alice");
        var accepted = call(CallState.ACCEPTED, null, invited("bob", InvitationState.ACCEPTED),
                invited("carol", InvitationState.RINGING));
        assertThat(snapshot(accepted, "bob", null)).isEqualTo("call_accepted to bob");
        assertThat(snapshot(accepted, "carol", null)).isEqualTo("incoming_call to carol");
    }

    @Test
    void aNoticePrintsNoToken() {
        var call = call(CallState.RINGING, null, invited("bob", InvitationState.RINGING));
        var notice = Planner.plan(new CallEvent(call, new Change.Rang(List.of("bob")), false), NOW).getFirst();
        assertThat(notice.withToken("secret-token").toString()).doesNotContain("secret-token");
    }

    @Test
    void whoHasBlockedTheCallerIsToldNothing() {
        var blocked = silenced("bob", InvitationState.RINGING, Silence.BLOCKED);
        var ringing = call(CallState.RINGING, null, blocked, invited("carol", InvitationState.RINGING));
        assertThat(plan(ringing, new Change.Rang(List.of("bob", "carol")))).containsExactly("incoming_call to carol");
        assertThat(snapshot(ringing, "bob", null)).isEqualTo("nothing");
        assertThat(plan(call(CallState.ACCEPTED, null, blocked, invited("carol", InvitationState.ACCEPTED)),
                new Change.Accepted("carol", null))).noneMatch(told -> told.contains("bob"));
        var missed = silenced("bob", InvitationState.MISSED, Silence.BLOCKED);
        assertThat(plan(call(CallState.CANCELLED, Reason.TIMEOUT, missed),
                new Change.Withdrawn(List.of("bob"), Reason.TIMEOUT)))
                .containsExactly("call_cancelled to alice because timeout");
        assertThat(plan(call(CallState.ENDED, Reason.ENDED, missed), new Change.Ended("alice", List.of("bob"))))
                .isEmpty();
    }

    @Test
    void whoMustNotBeDisturbedIsToldOfTheMissedCallOnly() {
        var left = silenced("bob", InvitationState.RINGING, Silence.DO_NOT_DISTURB);
        assertThat(plan(call(CallState.RINGING, null, left), new Change.Rang(List.of("bob")))).isEmpty();
        var missed = silenced("bob", InvitationState.MISSED, Silence.DO_NOT_DISTURB);
        assertThat(plan(call(CallState.CANCELLED, Reason.CALLER, missed),
                new Change.Withdrawn(List.of("bob"), Reason.CALLER)))
                .containsExactly("call_missed to bob because caller");
        assertThat(plan(call(CallState.ENDED, Reason.ENDED, missed), new Change.Ended("alice", List.of("bob"))))
                .containsExactly("call_missed to bob because ended");
    }

    private static List<String> plan(CallSnapshot call, Change change) {
        return plan(new CallEvent(call, change, false));
    }

    private static List<String> plan(CallEvent event) {
        return Planner.plan(event, NOW).stream().map(PlannerTests::told).toList();
    }

    private static String snapshot(CallSnapshot call, String userId, @Nullable String device) {
        return Planner.snapshot(call, userId, device, NOW).map(PlannerTests::told).orElse("nothing");
    }

    private static String told(Notice notice) {
        return notice.type().name().toLowerCase(Locale.ROOT) + " to " + notice.recipient()
                + (notice.reason() == null ? "" : " because " + notice.reason());
    }

    private static Invited invited(String userId, InvitationState state) {
        return new Invited(userId, state, null, null, DEADLINE, null, false, List.of("silenced"), null);
    }

    private static Invited silenced(String userId, InvitationState state, Silence why) {
        return new Invited(userId, state, null, null, DEADLINE, null, false, List.of(), why);
    }

    private static CallSnapshot call(CallState state, @Nullable Reason reason, Invited... invitations) {
        return new CallSnapshot(UUID.randomUUID(), "room", state, reason, null, 2, CallType.VIDEO, "alice", "Alice",
                null,
                List.of(invitations), NOW, DEADLINE, null, null, null, TokenDelivery.ON_ACCEPT, false, null);
    }
}
