package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.identity.Requester;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/// Deadlines, by a clock that the test sets.
@HandDriven
class SweepIntegrationTest {
    @Autowired
    private CallService service;
    @Autowired
    private Calls calls;
    @Autowired
    private CallSweeper sweeper;
    @Autowired
    private Survey survey;
    @Autowired
    private CallPurge purge;
    @Autowired
    private HandDriven.CommittedEvents events;
    @Autowired
    private HandDriven.Bookings bookings;
    @Autowired
    private SettableClock clock;

    private final Requester alice = new Requester("alice-" + UUID.randomUUID(), null, false);
    private final Requester bob = new Requester("bob-" + UUID.randomUUID(), null, false);
    private final Requester carol = new Requester("carol-" + UUID.randomUUID(), null, false);

    @Test
    void aRingIsTimedOutAtItsDeadlineAndNotBefore() {
        var call = call(List.of(bob.userId()), 30);
        clock.advance(Duration.ofMillis(29_999));
        sweeper.sweep();
        assertThat(stateOf(call)).isEqualTo(CallState.RINGING);
        clock.advance(Duration.ofMillis(1));
        sweeper.sweep();
        assertThat(stateOf(call)).isEqualTo(CallState.CANCELLED);
        assertThat(calls.activeOf(bob.userId())).isEmpty();
        assertThat(events.of(call.callId()).getLast().change())
                .isEqualTo(new CallEvent.Change.Withdrawn(List.of(bob.userId()), Reason.TIMEOUT));
    }

    @Test
    void inAnAcceptedGroupCallTheOthersAreMissedAndTheCallGoesOn() {
        var call = call(List.of(bob.userId(), carol.userId()), 30);
        service.accept(bob, new CallRequests.Accept(call.callId(), null, null, null, null));
        clock.advance(Duration.ofSeconds(30));
        sweeper.sweep();
        var now = read(call);
        assertThat(now.state()).isEqualTo(CallState.ACCEPTED);
        assertThat(now.invitationOf(carol.userId()).orElseThrow().state()).isEqualTo(InvitationState.MISSED);
        assertThat(calls.activeOf(carol.userId())).isEmpty();
        assertThat(calls.activeOf(bob.userId())).hasSize(1);
    }

    @Test
    void anInvitationHasADeadlineOfItsOwn() {
        var call = call(List.of(bob.userId(), carol.userId()), 30);
        clock.advance(Duration.ofSeconds(20));
        service.invite(alice, new CallRequests.Invite(call.callId(), null, null, List.of(carol.userId())));
        clock.advance(Duration.ofSeconds(10));
        sweeper.sweep();
        assertThat(read(call).invitationOf(bob.userId()).orElseThrow().state()).isEqualTo(InvitationState.MISSED);
        assertThat(stateOf(call)).isEqualTo(CallState.RINGING);
        clock.advance(Duration.ofSeconds(20));
        sweeper.sweep();
        assertThat(stateOf(call)).isEqualTo(CallState.CANCELLED);
    }

    @Test
    void anAcceptedCallEndsAtItsMaximumLength() {
        var call = call(List.of(bob.userId()), 30);
        service.accept(bob, new CallRequests.Accept(call.callId(), null, null, null, null));
        clock.advance(Duration.ofHours(12).minusSeconds(1));
        sweeper.sweep();
        assertThat(stateOf(call)).isEqualTo(CallState.ACCEPTED);
        clock.advance(Duration.ofSeconds(1));
        sweeper.sweep();
        assertThat(stateOf(call)).isEqualTo(CallState.ENDED);
        assertThat(read(call).reason()).isEqualTo(Reason.MAX_LENGTH);
        assertThat(calls.activeOf(alice.userId())).isEmpty();
        assertThat(
                survey.look(carol.userId(), List.of(alice.userId(), bob.userId()), clock.instant()).reception().busy())
                .isEmpty();
        // nobody ended it, so both are told
        assertThat(events.of(call.callId()).getLast().change())
                .isEqualTo(new CallEvent.Change.Ended(null, List.of()));
    }

    @Test
    void manySweepersTimeEachCallOutOnce() throws Exception {
        var due = IntStream.range(0, 300).mapToObj(i -> call(List.of("user-" + i + "-" + alice.userId()), 5)).toList();
        clock.advance(Duration.ofSeconds(5));
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            nodes.invokeAll(IntStream.range(0, 6).mapToObj(_ -> (Callable<Boolean>) () -> {
                sweeper.sweep();
                return true;
            }).toList());
        }
        sweeper.sweep();
        for (var call : due) {
            assertThat(stateOf(call)).isEqualTo(CallState.CANCELLED);
            assertThat(events.of(call.callId())).hasSize(2);
            assertThat(bookings.has(String.valueOf(call.roomId()))).isTrue();
        }
    }

    @Test
    void finishedCallsAreForgottenAfterTheRetentionTimeAndLivingOnesAreNot() {
        var finished = call(List.of(bob.userId()), 30);
        service.cancel(alice, new CallRequests.Plain(finished.callId(), null, null, null));
        clock.advance(Duration.ofDays(30).plusSeconds(1));
        sweeper.sweep();
        var fresh = call(List.of(bob.userId()), 30);
        service.cancel(alice, new CallRequests.Plain(fresh.callId(), null, null, null));
        purge.purge();
        assertThat(calls.history(alice.userId(), null, null, 10).calls()).extracting(CallSnapshot::callId)
                .containsExactly(fresh.callId());
        assertThat(calls.history(bob.userId(), null, null, 10).calls()).hasSize(1);
    }

    private CallSnapshot call(List<String> called, int ringTimeout) {
        return service.initiate(alice,
                new CallRequests.Initiate(null, null, called, null, null, ringTimeout, null, null, null), null).call();
    }

    private CallSnapshot read(CallSnapshot call) {
        return calls.get(alice, new CallRef.ById(call.callId()));
    }

    private CallState stateOf(CallSnapshot call) {
        return read(call).state();
    }
}
