package dev.ringback.notify.apns;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.eatthepath.pushy.apns.server.RejectionReason;
import dev.ringback.device.Environment;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Push;
import dev.ringback.notify.Pushes;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.SettableClock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections that break, and what a ring notices of it.
@Timeout(60)
class ApnsConnectionTests {
    @AutoClose
    private final FakeApns apns = new FakeApns();
    private final SettableClock clock = new SettableClock();
    @AutoClose
    private final ApnsNotifier notifier = apns.notifier(clock, (_, _) -> {});

    @Test
    void connectionsAreOpenBeforeTheFirstRing() throws Exception {
        notifier.warmUp(2);
        await().until(() -> apns.probed().size() == 4);
        assertThat(apns.probed()).containsExactlyInAnyOrder(Environment.PRODUCTION, Environment.PRODUCTION,
                Environment.SANDBOX, Environment.SANDBOX);
        deliver();
        assertThat(apns.network.accepted()).isEqualTo(4);
        assertThat(apns.requests()).hasSize(1);
    }

    @Test
    void aGoodbyeOfTheServerIsNotNoticed() throws Exception {
        deliver();
        apns.replaceServer();
        deliver();
        assertThat(apns.requests()).hasSize(2);
    }

    @Test
    void connectionsThatWereCutAreReplaced() throws Exception {
        deliver();
        apns.network.cut();
        deliver();
        assertThat(apns.requests()).hasSize(2);
    }

    @Test
    void aPushIsSentOnceMoreWhenItsConnectionBreaks() throws Exception {
        var push = Pushes.ring(ApnsTokens.voip());
        deliver();
        deliver();
        apns.network.be(new FaultProxy.Mode.Silent());
        var sending = new FutureTask<>(() -> notifier.send(push));
        Thread.ofVirtual().start(sending);
        await().during(Duration.ofMillis(200)).until(() -> !sending.isDone());
        apns.network.pass();
        apns.network.cut();
        assertThat(sending.get(10, SECONDS)).isEqualTo(new Outcome.Delivered(push.id().toString()));
        assertThat(apns.lastRequest().header("apns-id")).isEqualTo(push.id().toString());
    }

    /// Else the next attempt would go the same dead way.
    @Test
    void anUnansweredPushCastsDoubtOnItsConnection() throws Exception {
        deliver();
        deliver();
        apns.network.be(new FaultProxy.Mode.Silent());
        giveUp(Pushes.ring(ApnsTokens.voip()));
        apns.network.pass();
        deliver();
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "SHUTDOWN", "IDLE_TIMEOUT",
            "EXPIRED_PROVIDER_TOKEN", "TOO_MANY_PROVIDER_TOKEN_UPDATES"})
    void aTroubledServerIsAskedOnceMoreOnANewConnection(RejectionReason reason) throws Exception {
        var push = Pushes.ring(ApnsTokens.voip());
        apns.refuseNext(reason);
        assertThat(notifier.send(push)).isEqualTo(new Outcome.Delivered(push.id().toString()));
        assertThat(apns.requests()).hasSize(2);
        assertThat(apns.requests()).extracting(request -> request.header("apns-id"))
                .containsOnly(push.id().toString());
        // each has its own: a new connection
        assertThat(apns.requests()).extracting(request -> request.header("authorization")).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(names = {"TOPIC_DISALLOWED", "TOO_MANY_REQUESTS", "UNREGISTERED", "PAYLOAD_TOO_LARGE"})
    void whatANewConnectionCannotMendIsAskedOnce(RejectionReason reason) throws Exception {
        apns.refuseNext(reason);
        notifier.send(Pushes.ring(ApnsTokens.voip()));
        assertThat(apns.requests()).hasSize(1);
    }

    @Test
    void anOutageIsNoFloodOfHandshakes() throws Exception {
        apns.refuse(RejectionReason.SERVICE_UNAVAILABLE);
        for (int i = 0; i < 20; i++) {
            notifier.send(Pushes.ring(ApnsTokens.voip()));
        }
        assertThat(apns.network.accepted()).isLessThanOrEqualTo(2 * ApnsConfiguration.CONNECTIONS);
        var before = apns.network.accepted();
        clock.advance(Duration.ofSeconds(2));
        notifier.send(Pushes.ring(ApnsTokens.voip()));
        assertThat(apns.network.accepted()).isGreaterThan(before);
    }

    @Test
    void aClosedNotifierSendsNothing() throws Exception {
        notifier.close();
        assertThat(notifier.send(Pushes.ring(ApnsTokens.voip()))).isEqualTo(new Outcome.TryLater("connection", null));
    }

    private void deliver() throws InterruptedException {
        assertThat(notifier.send(Pushes.ring(ApnsTokens.voip()))).isInstanceOf(Outcome.Delivered.class);
    }

    private void giveUp(Push push) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sending = threads.submit(() -> notifier.send(push));
            await().during(Duration.ofMillis(200)).until(() -> !sending.isDone());
            sending.cancel(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(5, SECONDS)).isTrue();
        }
    }
}
