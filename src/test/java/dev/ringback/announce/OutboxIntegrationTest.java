package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.support.Api;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// The order of a call's events, whoever does what at the same time; no endpoint is set, so nobody else sends.
@HookDriven
class OutboxIntegrationTest {
    private static final int EVENTS = 300;

    @LocalServerPort
    private int port;
    @Autowired
    private Outbox outbox;
    @Autowired
    private HookDriven.Accepts accepts;
    @Autowired
    private OutboxPurge purge;
    @Autowired
    private SettableClock clock;
    @Autowired
    private TransactionTemplate transaction;
    @Autowired
    private JdbcClient jdbc;
    @Autowired
    private HookDriven.Table table;

    private final UUID callId = UuidCreator.getTimeOrderedEpoch();
    private final Endpoint endpoint = new Endpoints(new AnnounceSettings(
            List.of(new AnnounceSettings.Endpoint("https://backend.example.com/" + callId,
                    List.of(Receiver.secret()), List.of())),
            false, Duration.ofHours(24), Duration.ofDays(30))).all().getFirst();

    @BeforeEach
    void empty() {
        jdbc.sql("delete from webhook_message").update();
    }

    @Test
    void theNextEventOfACallIsDueWhenTheOneBeforeIsOver() {
        write("1", "2");
        write("3");
        assertThat(outbox.taken(claimed("1"), clock.instant())).isTrue();
        var second = claimed("2");
        outbox.tryAgain(second, "500", clock.instant().plusSeconds(5));
        nothingIsDue();
        clock.advance(Duration.ofSeconds(5));
        assertThat(outbox.park(claimed("2"), "500", clock.instant())).isTrue();
        assertThat(outbox.taken(claimed("3"), clock.instant())).isFalse();
        assertThat(table.pending()).isZero();
        write("4");
        claimed("4");
    }

    @Test
    void eventsOfDifferentCallsDoNotWaitForEachOther() {
        write("1");
        inTransaction(List.of(event("2", UuidCreator.getTimeOrderedEpoch()), event("3", null), event("4", null)));
        assertThat(claim()).extracting(Message::body).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void whatADeadNodeHadInHandIsTakenOverAndSettledByNobodyElse() {
        write("1", "2");
        var dead = claimed("1");
        nothingIsDue();
        clock.advance(Lane.LEASE);
        var alive = claimed("1");
        assertThat(alive.lease()).isEqualTo(dead.lease() + 1);
        assertThat(alive.webhookId()).isEqualTo(dead.webhookId());

        assertThat(outbox.taken(dead, clock.instant())).isFalse();
        assertThat(outbox.park(dead, "500", clock.instant())).isFalse();
        outbox.tryAgain(dead, "500", clock.instant());
        nothingIsDue();
        assertThat(outbox.taken(alive, clock.instant())).isTrue();
        claimed("2");
    }

    @Test
    void whatIsSentAgainWaitsForWhatIsOnItsWay() {
        write("1", "2");
        var first = claimed("1");
        outbox.park(first, "410", clock.instant());
        var second = claimed("2");
        assertThat(outbox.resend(first.id(), clock.instant())).contains(endpoint.id());
        assertThat(outbox.resend(first.id(), clock.instant())).isEmpty();
        nothingIsDue();
        assertThat(outbox.taken(second, clock.instant())).isTrue();
        assertThat(claimed("1").attempts()).isEqualTo(1);
    }

    /// The end of the first does not see that the second is no longer parked, nor does the second see the first end.
    @Test
    void whatIsSentAgainWhileTheOneBeforeEndsIsNotForgotten() throws Exception {
        write("1", "2");
        var first = claimed("1");
        outbox.park(first, "503", clock.instant());
        var second = claimed("2");
        outbox.park(second, "503", clock.instant());
        outbox.resend(first.id(), clock.instant());
        var again = claimed("1");

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var resent = transaction.execute(_ -> {
                assertThat(outbox.taken(again, clock.instant())).isFalse();
                var resending = threads.submit(() -> outbox.resend(second.id(), clock.instant()));
                await().until(() -> resending.isDone() || someoneWaitsForALock());
                return resending;
            });
            assertThat(resent.get()).contains(endpoint.id());
        }
        claimed("2");
    }

    /// One writes the events of a call, as its changes do, and two nodes send them: none is forgotten, none is early.
    @Test
    void noEventIsForgottenWhateverHappensAtTheSameTime() throws Exception {
        var sent = new ArrayList<String>();
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var nodes = new ArrayList<Future<?>>();
            for (int node = 0; node < 2; node++) {
                nodes.add(threads.submit(() -> {
                    while (!over.get()) {
                        for (var message : claim()) {
                            synchronized (sent) {
                                sent.add(message.body());
                            }
                            outbox.taken(message, clock.instant());
                        }
                    }
                }));
            }
            try {
                for (int i = 0; i < EVENTS; i++) {
                    write(Integer.toString(i));
                }
                await().until(() -> table.pending() == 0);
            } finally {
                over.set(true);
            }
            for (var node : nodes) {
                node.get();
            }
        }
        assertThat(sent).hasSize(EVENTS)
                .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a),
                        Integer.parseInt(b)));
    }

    @Test
    void whatIsOfNoEndpointAnyMoreIsParkedAfterADayAndForgottenAfterAMonth() {
        write("1", "2");
        clock.advance(Duration.ofHours(23));
        purge.purge();
        assertThat(table.parked()).isZero();
        clock.advance(Duration.ofHours(1));
        purge.purge();
        assertThat(table.parked()).isEqualTo(2);
        clock.advance(Duration.ofDays(30).minusSeconds(1));
        purge.purge();
        assertThat(table.parked()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(2));
        purge.purge();
        assertThat(table.parked() + table.pending()).isZero();
    }

    @Test
    void withoutAnEndpointAChangeIsWrittenAsBefore() {
        var call = Api.user(port, "outbox-alice").call("outbox-bob");
        Api.user(port, "outbox-bob").command("accept", call).mustBe(200);
        assertThat(accepts.hadTransaction(call)).isFalse();
        assertThat(table.pending()).isZero();
    }

    private void write(String... bodies) {
        inTransaction(List.of(bodies).stream().map(body -> event(body, callId)).toList());
    }

    private void inTransaction(List<Message.New> events) {
        transaction.executeWithoutResult(_ -> outbox.write(events, clock.instant()));
    }

    private Message.New event(String body, @Nullable UUID call) {
        return new Message.New(UuidCreator.getTimeOrderedEpoch(), endpoint.id(), EventType.CALL_RINGING, call, body);
    }

    private boolean someoneWaitsForALock() {
        return jdbc.sql("""
                select count(*) from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'""").query(Integer.class).single() > 0;
    }

    private Message claimed(String body) {
        var claimed = claim();
        assertThat(claimed).extracting(Message::body).containsExactly(body);
        return claimed.getFirst();
    }

    private void nothingIsDue() {
        assertThat(claim()).isEmpty();
    }

    private List<Message> claim() {
        return outbox.claimDue(endpoint, clock.instant(), clock.instant().plus(Lane.LEASE), Lane.AT_ONCE);
    }
}
