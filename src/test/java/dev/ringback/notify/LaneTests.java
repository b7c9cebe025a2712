package dev.ringback.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.device.Environment;
import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.notify.Delivery.Planned;
import dev.ringback.notify.Delivery.State;
import dev.ringback.support.SettableClock;
import dev.ringback.telemetry.Origin;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneTests {
    private static final PushToken TOKEN = new PushToken(1, "bob", "phone", Platform.ANDROID, "token", null, null,
            Environment.PRODUCTION, Instant.EPOCH);

    private final SettableClock clock = new SettableClock();
    private final List<Lane.Result> results = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer answer = push -> new Outcome.Delivered("id");
    private final Lane lane = lane(3, Duration.ofSeconds(20));

    private interface Answer {
        Outcome to(Push push) throws InterruptedException;
    }

    @AfterEach
    void close() {
        released.countDown();
        lane.close();
    }

    @Test
    void noMoreAreUnderWayThanAllowed() {
        answer = this::hang;
        for (int i = 0; i < 20; i++) {
            assertThat(lane.take(job(45), results::add)).isTrue();
        }
        await().until(() -> atOnce.get() == 3);
        await().during(Duration.ofMillis(200)).until(() -> asked.get() == 3);
        released.countDown();
        await().until(() -> results.size() == 20);
        assertThat(outcomes()).hasOnlyElementsOfType(Outcome.Delivered.class);
    }

    @Test
    void aLaneThatIsFullTakesNoMore() {
        answer = this::hang;
        int taken = 0;
        while (taken < 20_000 && lane.take(job(45), results::add)) {
            taken++;
        }
        assertThat(taken).isBetween(10_000, 10_003);
        released.countDown();
        int all = taken;
        await().atMost(Duration.ofSeconds(30)).until(() -> results.size() == all);
        assertThat(lane.take(job(45), results::add)).isTrue();
    }

    @Test
    void whatTakesTooLongIsInterruptedAndTriedLater() {
        answer = this::hang;
        try (var impatient = lane(3, Duration.ofMillis(100))) {
            impatient.take(job(45), results::add);
            await().until(() -> results.size() == 1);
            assertThat(outcomes()).containsExactly(new Outcome.TryLater("timeout", null));
            await().until(() -> atOnce.get() == 0);
        }
    }

    @Test
    void anUnexpectedFailureIsTriedLater() {
        answer = _ -> {
            throw new IllegalStateException("a bug in a channel");
        };
        lane.take(job(45), results::add);
        await().until(() -> results.size() == 1);
        assertThat(outcomes()).containsExactly(new Outcome.TryLater("failure", null));
    }

    @Test
    void aRingPastItsDeadlineIsNotSent() {
        var late = job(5);
        clock.advance(Duration.ofSeconds(5));
        lane.take(late, results::add);
        await().until(() -> results.size() == 1);
        assertThat(results.getFirst()).isInstanceOf(Lane.Result.TooLate.class);
        assertThat(asked).hasValue(0);
    }

    @Test
    void whatAnotherNodeMayHaveTakenMeanwhileIsNotSent() {
        answer = this::hang;
        for (int i = 0; i < 3; i++) {
            lane.take(job(45), results::add);
        }
        await().until(() -> asked.get() == 3);
        var lost = job(45);
        var kept = job(45);
        lane.take(lost, results::add);
        lane.take(kept, results::add);
        clock.advance(PushPlanner.LEASE);
        kept.leased(new Lease(Deliveries.FIRST_LEASE, clock.instant().plusSeconds(1)));
        released.countDown();
        await().until(() -> results.size() == 5);
        assertThat(results).filteredOn(Lane.Result.LeaseLost.class::isInstance).hasSize(1);
        assertThat(asked).hasValue(4);
    }

    @Test
    void whatIsWithdrawnInTimeIsNotSent() {
        answer = this::hang;
        for (int i = 0; i < 3; i++) {
            lane.take(job(45), results::add);
        }
        await().until(() -> asked.get() == 3);
        var waiting = job(45);
        lane.take(waiting, results::add);
        waiting.withdraw();
        released.countDown();
        await().until(() -> results.size() == 4);
        assertThat(results).filteredOn(Lane.Result.Withdrawn.class::isInstance).hasSize(1);
        assertThat(asked).hasValue(3);
    }

    @Test
    void aProviderThatAnswersNobodyIsLeftAloneAndFoundAgain() {
        answer = _ -> new Outcome.TryLater("connection", null);
        for (int i = 0; i < 40; i++) {
            lane.take(job(45), results::add);
        }
        await().until(() -> results.size() == 40);
        assertThat(results).filteredOn(Lane.Result.Blocked.class::isInstance).hasSizeGreaterThan(20);
        answer = push -> new Outcome.Delivered("id");
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            lane.take(job(45), results::add);
            return outcomes().stream().filter(Outcome.Delivered.class::isInstance).count() > 5;
        });
    }

    @Test
    void deadTokensAndRefusalsSayThatTheProviderIsThere() {
        answer = _ -> new Outcome.DeadToken("UNREGISTERED", null);
        for (int i = 0; i < 40; i++) {
            lane.take(job(45), results::add);
        }
        await().until(() -> results.size() == 40);
        assertThat(results).hasOnlyElementsOfType(Lane.Result.Asked.class);
    }

    private Outcome hang(Push push) throws InterruptedException {
        released.await();
        return new Outcome.Delivered("id");
    }

    private List<Outcome> outcomes() {
        return results.stream()
                .filter(Lane.Result.Asked.class::isInstance)
                .map(result -> ((Lane.Result.Asked) result).attempt().outcome())
                .toList();
    }

    private Job job(int secondsLeft) {
        var now = clock.instant();
        var delivery = new Delivery(UUID.randomUUID(), UUID.randomUUID(), "bob", "phone", null,
                NoticeType.INCOMING_CALL, null, 0, 0, Deliveries.FIRST_LEASE, now, now.plusSeconds(secondsLeft));
        return Job.of(new Planned(delivery, Pushes.ring(TOKEN).notice(), State.SENDING, null,
                now.plus(PushPlanner.LEASE), Address.of(List.of(TOKEN))), Origin.NOWHERE);
    }

    private Lane lane(int concurrency, Duration timeout) {
        return new Lane("test", concurrency, timeout, (job, now) -> {
            asked.incrementAndGet();
            atOnce.incrementAndGet();
            try {
                return answer.to(job.push(TOKEN, now, "action"));
            } finally {
                atOnce.decrementAndGet();
            }
        }, clock, new SimpleMeterRegistry());
    }
}
