package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.identity.Requester;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/// What happens to a called user who is in a call, when the operator wants no call waiting.
@HandDriven
@TestPropertySource(properties = "ringback.call.busy=reject")
class BusyPolicyIntegrationTest {
    @Autowired
    private CallService service;
    @Autowired
    private HandDriven.RecordingRooms rooms;
    @Autowired
    private HandDriven.CommittedEvents events;
    @Autowired
    private JdbcClient jdbc;

    private final Requester alice = user("alice");
    private final Requester bob = user("bob");
    private final Requester carol = user("carol");

    @Test
    void aBusyUserIsNotRungAndNoRoomIsMade() {
        connect(alice, bob);
        int made = rooms.made();
        for (var busy : List.of(alice, bob)) {
            var refused = call(carol, List.of(busy.userId())).call();
            assertThat(refused.state()).isEqualTo(CallState.REJECTED);
            assertThat(refused.reason()).isEqualTo(Reason.BUSY);
            assertThat(refused.roomId()).isNull();
            assertThat(events.of(refused.callId())).isEmpty();
        }
        assertThat(rooms.made()).isEqualTo(made);
    }

    @Test
    void inAGroupTheOthersRing() {
        connect(alice, bob);
        var dave = user("dave");
        var call = call(carol, List.of(bob.userId(), dave.userId())).call();
        assertThat(call.state()).isEqualTo(CallState.RINGING);
        assertThat(call.invitationOf(bob.userId()).orElseThrow().state()).isEqualTo(InvitationState.REJECTED);
        assertThat(events.of(call.callId()).getFirst().change())
                .isEqualTo(new CallEvent.Change.Rang(List.of(dave.userId())));
    }

    @Test
    void whoIsBlockedIsNotToldThatTheUserIsBusy() {
        connect(alice, bob);
        jdbc.sql("insert into blocked_user (user_id, blocked_id, blocked_at) values (:bob, :carol, now())")
                .param("bob", bob.userId())
                .param("carol", carol.userId())
                .update();
        var call = call(carol, List.of(bob.userId())).call();
        assertThat(call.state()).isEqualTo(CallState.RINGING);
        assertThat(call.roomId()).isNotNull();
    }

    @Test
    void aUserIsFreeAgainWhenTheCallIsOver() {
        var call = connect(alice, bob);
        service.end(bob, new CallRequests.Plain(call.callId(), null, null, null));
        assertThat(call(carol, List.of(bob.userId())).call().state()).isEqualTo(CallState.RINGING);
    }

    private CallSnapshot connect(Requester caller, Requester called) {
        var call = call(caller, List.of(called.userId())).call();
        return service.accept(called, new CallRequests.Accept(call.callId(), null, null, null, null)).call();
    }

    private Initiation.Started call(Requester caller, List<String> called) {
        return service.initiate(caller,
                new CallRequests.Initiate(null, null, called, null, null, null, null, null, null), null);
    }

    private static Requester user(String name) {
        return new Requester(name + "-" + UUID.randomUUID(), null, false);
    }
}
