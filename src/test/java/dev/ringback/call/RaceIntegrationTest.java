package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.identity.Requester;
import dev.ringback.support.SettableClock;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Many do something at the same time; one thing happens.
@HandDriven
class RaceIntegrationTest {
    private static final AtomicInteger USERS = new AtomicInteger();

    @Autowired
    private CallService service;
    @Autowired
    private CallSweeper sweeper;
    @Autowired
    private SettableClock clock;
    @Autowired
    private HandDriven.CommittedEvents events;
    @Autowired
    private HandDriven.Bookings bookings;
    @Autowired
    private JdbcClient jdbc;

    private final Requester alice = user("alice");
    private final Requester bob = user("bob");

    @Test
    void of32DevicesThatAcceptAtOnceExactlyOneWins() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            var call = ring();
            var outcomes = atOnce(IntStream.range(0, 32)
                    .mapToObj(device -> task(() -> service.accept(bob, accept(call, "device-" + device))))
                    .toList());
            assertThat(outcomes.stream().filter(Outcome::succeeded)).as("round " + round).hasSize(1);
            assertThat(outcomes.stream().filter(o -> !o.succeeded()).map(Outcome::code))
                    .containsOnly(ProblemCode.ANSWERED_ELSEWHERE);
            assertThat(events.of(call.callId())).hasSize(2);
            service.end(alice, plain(call));
        }
    }

    @Test
    void acceptAgainstCancelHasOneOutcomeThatBothAreTold() throws Exception {
        for (int round = 0; round < 300; round++) {
            var call = ring();
            var outcomes = atOnce(List.of(task(() -> service.accept(bob, accept(call, "phone"))),
                    task(() -> service.cancel(alice, plain(call)))));
            assertThat(outcomes.stream().filter(Outcome::succeeded)).hasSize(1);
            var told = events.of(call.callId()).getLast().change();
            var loser = outcomes.stream().filter(o -> !o.succeeded()).findFirst().orElseThrow();
            assertThat(loser.code()).isEqualTo(ProblemCode.CALL_NOT_ACTIVE);
            if (outcomes.getFirst().succeeded()) {
                assertThat(told).isInstanceOf(CallEvent.Change.Accepted.class);
                service.end(alice, plain(call));
            } else {
                assertThat(told).isInstanceOf(CallEvent.Change.Withdrawn.class);
            }
        }
    }

    @Test
    void acceptAgainstTimeoutHasOneOutcomeThatBothAreTold() throws Exception {
        for (int round = 0; round < 300; round++) {
            var call = ring();
            clock.advance(Duration.ofSeconds(45));
            var outcomes = atOnce(List.of(task(() -> service.accept(bob, accept(call, "phone"))),
                    task(() -> sweeper.sweepBatch(10))));
            var last = events.of(call.callId()).getLast();
            assertThat(events.of(call.callId())).hasSize(2);
            if (outcomes.getFirst().succeeded()) {
                assertThat(last.change()).isInstanceOf(CallEvent.Change.Accepted.class);
                service.end(alice, plain(call));
            } else {
                assertThat(outcomes.getFirst().code()).isEqualTo(ProblemCode.CALL_NOT_ACTIVE);
                assertThat(last.change()).isInstanceOf(CallEvent.Change.Withdrawn.class);
                assertThat(last.call().reason()).isEqualTo(Reason.TIMEOUT);
            }
        }
    }

    @Test
    void twoWhoCallEachOtherAtOnceMeetInOneRoom() throws Exception {
        for (int round = 0; round < 200; round++) {
            var one = user("one");
            var other = user("other");
            var outcomes = atOnce(
                    List.of(task(() -> initiate(one, other, null)), task(() -> initiate(other, one, null))));
            var calls = outcomes.stream().map(o -> o.started()).toList();
            assertThat(calls.get(0).callId()).isEqualTo(calls.get(1).callId());
            assertThat(calls.get(0).roomId()).isEqualTo(calls.get(1).roomId());
            var merged = calls.stream().filter(c -> c.state() == CallState.ACCEPTED).findFirst().orElseThrow();
            assertThat(merged.glare()).isTrue();
            assertThat(liveCallsOf(one)).isEqualTo(1);
            // the room of the one who came second is not needed: at most one was made for nothing, and it is booked
            assertThat(bookings.has(String.valueOf(merged.roomId()))).isFalse();
        }
    }

    @Test
    void theSameKeyAtOnceMakesOneCall() throws Exception {
        for (int round = 0; round < 50; round++) {
            var key = "key-" + round;
            var caller = user("caller");
            var called = user("called");
            var outcomes = atOnce(
                    IntStream.range(0, 8).mapToObj(_ -> task(() -> initiate(caller, called, key))).toList());
            var callIds = outcomes.stream().map(o -> o.started().callId()).distinct();
            assertThat(callIds).hasSize(1);
            assertThat(liveCallsOf(caller)).isEqualTo(1);
        }
    }

    @Test
    void oneKeptRoomIsUsedOnce() throws Exception {
        for (int round = 0; round < 50; round++) {
            var caller = user("caller");
            var called = user("called");
            var first = initiate(caller, called, null).call();
            service.reject(called, new CallRequests.Reject(first.callId(), null, null, null, null));
            var outcomes = atOnce(List.of(task(() -> initiate(caller, called, null)),
                    task(() -> initiate(caller, called, null))));
            var rooms = outcomes.stream().map(o -> o.started().roomId()).toList();
            assertThat(rooms).doesNotHaveDuplicates().contains(first.roomId());
        }
    }

    private CallSnapshot ring() {
        return initiate(alice, bob, null).call();
    }

    private Initiation.Started initiate(Requester caller, Requester called, @Nullable String key) {
        return service.initiate(caller, new CallRequests.Initiate(null, called.userId(), null, null, null, null, null,
                null, null), key);
    }

    private int liveCallsOf(Requester caller) {
        return jdbc.sql("""
                select count(*) from call c where state in ('RINGING', 'ACCEPTED') and (caller_id = :user or exists (
                    select from invitation i where i.call_id = c.call_id and i.user_id = :user))""")
                .param("user", caller.userId())
                .query(Integer.class)
                .single();
    }

    private static CallRequests.Accept accept(CallSnapshot call, String device) {
        return new CallRequests.Accept(call.callId(), null, null, null, device);
    }

    private static CallRequests.Plain plain(CallSnapshot call) {
        return new CallRequests.Plain(call.callId(), null, null, null);
    }

    private static Requester user(String name) {
        return new Requester(name + "-" + USERS.incrementAndGet() + "-" + UUID.randomUUID(), null, false);
    }

    /// What one of the racers got: a result, or the problem that it was told.
    private record Outcome(@Nullable Object result, @Nullable ProblemCode code) {
        boolean succeeded() {
            return code == null;
        }

        CallSnapshot started() {
            return ((Initiation.Started) Objects.requireNonNull(result)).call();
        }
    }

    private static Callable<Outcome> task(Callable<?> command) {
        return () -> {
            try {
                return new Outcome(command.call(), null);
            } catch (ProblemException refused) {
                return new Outcome(null, refused.code());
            }
        };
    }

    private static List<Outcome> atOnce(List<Callable<Outcome>> tasks) throws InterruptedException, ExecutionException {
        var start = new CyclicBarrier(tasks.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Outcome>>();
            for (var task : tasks) {
                running.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            var outcomes = new ArrayList<Outcome>();
            for (var future : running) {
                outcomes.add(future.get());
            }
            return outcomes;
        }
    }
}
