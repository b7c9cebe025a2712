package dev.ringback.notify;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.device.Platform;
import dev.ringback.device.PushToken;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.FaultProxy.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every channel keeps, shown against a local stand-in of its provider over the real wire protocol. A channel's test
/// supplies the stand-in and claims capabilities: what is claimed is proved, what is not claimed must be absent.
@Timeout(60)
public abstract class NotifierContract {
    /// What the engine grants one push.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final List<Mode> FAULTS = List.of(new Mode.Silent(), new Mode.Reset(), new Mode.Refuse(),
            new Mode.Garbage(), new Mode.CutAfter(40), new Mode.SlowDrip(5));
    /// As many as the engine has under way on one channel, about.
    private static final int MANY = 100;
    private static final Duration LEFT = Duration.ofSeconds(30);
    /// As large as the API takes it.
    private static final String LARGE_CUSTOM = "{\"text\":\"" + "x".repeat(2000) + "\"}";

    /// What a channel can do beside ringing.
    public enum Capability {
        /// The provider names each message it took.
        NAMES_MESSAGES,
        /// Every attempt of one delivery is known to the provider as the same message.
        KEEPS_THE_ID,
        /// The provider says when to come again, and is heard.
        HEARS_RETRY_AFTER,
        /// An undelivered ring is replaced by what follows it.
        REPLACES
    }

    /// The stand-in of a provider, with the channel's real client in front of it.
    public interface Provider extends AutoCloseable {
        Notifier notifier();

        /// Between the notifier and the provider.
        FaultProxy network();

        /// A token, different each time.
        PushToken token(Platform platform);

        /// How it answers from now on.
        void answer(Answer answer);

        /// Everything it took so far, as the device would read it.
        List<Received> received();

        @Override
        void close();
    }

    /// Ways in which a provider answers.
    public enum Answer {
        TAKES, TOKEN_IS_DEAD, OUR_FAULT, IS_DOWN, IS_DOWN_FOR_7_SECONDS, HANGS, REFUSES_CONNECTIONS
    }

    /// One push as the provider took it.
    ///
    /// @param members of the event; values as text, whatever the wire's type
    /// @param timeToLive how long the provider may keep it
    /// @param urgent whether it wakes the device
    /// @param messageId under which the provider knows it, given by us
    /// @param replaces the key under which a later one replaces it
    public record Received(Map<String, String> members, Duration timeToLive, boolean urgent, @Nullable String messageId,
            @Nullable String replaces) {}

    private Provider provider;
    private Notifier notifier;

    protected abstract Provider start() throws Exception;

    protected abstract Set<Capability> capabilities();

    protected abstract Set<Platform> platforms();

    @BeforeEach
    void startProvider() throws Exception {
        provider = start();
        notifier = provider.notifier();
    }

    @AfterEach
    void stopProvider() {
        provider.close();
    }

    @Test
    void aRingArrivesWithAllThatAPhoneNeeds() throws Exception {
        for (var platform : platforms()) {
            var push = Pushes.push(NoticeType.INCOMING_CALL, provider.token(platform), "{\"topic\":\"42\"}", LEFT);
            assertThat(notifier.send(push)).isInstanceOf(Outcome.Delivered.class);
            var received = provider.received().getLast();
            assertThat(received.members()).containsEntry("type", "incoming_call")
                    .containsEntry("call_id", push.notice().call().callId().toString())
                    .containsEntry("room_id", "room-1")
                    .containsEntry("version", "1")
                    .containsEntry("state", "ringing")
                    .containsEntry("caller_id", "zoë")
                    .containsEntry("caller_name", "Zoë Ünal")
                    .containsEntry("call_type", "video")
                    .containsEntry("custom", "{\"topic\":\"42\"}")
                    .containsEntry("expires_in_ms", "30000")
                    .containsEntry("action_token", "action.token.of-this-call")
                    .containsKey("expires_at");
            assertThat(received.timeToLive()).isBetween(LEFT.minusSeconds(3), LEFT);
            assertThat(received.urgent()).isTrue();
        }
    }

    @Test
    void whatItCarriesArrivesUnderItsOwnType() throws Exception {
        for (var platform : platforms()) {
            for (var type : carried(platform)) {
                assertThat(notifier.send(Pushes.push(type, provider.token(platform), null, LEFT)))
                        .isInstanceOf(Outcome.Delivered.class);
                assertThat(provider.received().getLast().members()).containsEntry("type", wireName(type));
            }
        }
    }

    @Test
    void everyPlatformIsRung() {
        assertThat(platforms()).allSatisfy(
                platform -> assertThat(notifier.carries(NoticeType.INCOMING_CALL, platform)).isTrue());
    }

    @Test
    void whatDoesNotFitGoesButTheRingArrives() throws Exception {
        for (var platform : platforms()) {
            var longName = "名".repeat(100);
            var push = Pushes.push(NoticeType.INCOMING_CALL, provider.token(platform), LARGE_CUSTOM, LEFT, longName);
            var large = new Push(push.id(), push.notice().withToken("t".repeat(1500)), push.to(), "a".repeat(800),
                    push.validUntil(), push.timeLeft());
            assertThat(notifier.send(large)).isInstanceOf(Outcome.Delivered.class);
            assertThat(provider.received().getLast().members()).containsEntry("type", "incoming_call")
                    .containsEntry("call_id", push.notice().call().callId().toString());
        }
    }

    @Test
    void theProvidersNameOfAMessageIsKept() throws Exception {
        var outcome = (Outcome.Delivered) notifier.send(ring());
        if (capabilities().contains(Capability.NAMES_MESSAGES)) {
            assertThat(outcome.providerId()).isNotBlank();
        } else {
            assertThat(outcome.providerId()).isNull();
        }
    }

    @Test
    void twoAttemptsOfOneDeliveryAreOneMessage() throws Exception {
        var push = ring();
        notifier.send(push);
        notifier.send(push);
        var ids = provider.received().stream().map(Received::messageId).distinct().toList();
        if (capabilities().contains(Capability.KEEPS_THE_ID)) {
            assertThat(ids).containsExactly(push.id().toString());
        } else {
            assertThat(ids).containsOnlyNulls();
        }
    }

    @Test
    void aRingIsReplacedByItsOwnStopOnly() throws Exception {
        var platform = platforms().iterator().next();
        var ring = Pushes.ring(provider.token(platform));
        notifier.send(ring);
        notifier.send(Pushes.ring(provider.token(platform)));
        var keys = provider.received().stream().map(Received::replaces).toList();
        if (capabilities().contains(Capability.REPLACES)) {
            assertThat(keys).doesNotContainNull().doesNotHaveDuplicates();
        } else {
            assertThat(keys).containsOnlyNulls();
        }
    }

    @Test
    void aDeadTokenIsToldApart() throws Exception {
        provider.answer(Answer.TOKEN_IS_DEAD);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.DeadToken.class);
    }

    @Test
    void ourOwnFaultIsToldApart() throws Exception {
        provider.answer(Answer.OUR_FAULT);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void aProviderThatIsDownIsTriedLater() throws Exception {
        provider.answer(Answer.IS_DOWN);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.TryLater.class);
        provider.answer(Answer.TAKES);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.Delivered.class);
    }

    @Test
    void theProvidersOwnDelayIsHeard() throws Exception {
        assumeThat(capabilities()).contains(Capability.HEARS_RETRY_AFTER);
        provider.answer(Answer.IS_DOWN_FOR_7_SECONDS);
        var outcome = (Outcome.TryLater) notifier.send(ring());
        assertThat(outcome.after()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aRefusedConnectionIsTriedLaterAndRecovers() throws Exception {
        provider.answer(Answer.REFUSES_CONNECTIONS);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.TryLater.class);
        provider.answer(Answer.TAKES);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.Delivered.class);
    }

    @Test
    void aHangingProviderIsGivenUpWhenInterrupted() throws Exception {
        provider.answer(Answer.HANGS);
        var push = ring();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sending = threads.submit(() -> notifier.send(push));
            await().during(Duration.ofMillis(300)).until(() -> !sending.isDone());
            sending.cancel(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(5, SECONDS)).isTrue();
        }
        provider.answer(Answer.TAKES);
        assertThat(notifier.send(ring())).isInstanceOf(Outcome.Delivered.class);
    }

    /// Each fault strikes a connection that was good a moment ago. The push is tried later, and that goes well: nothing
    /// has to be restarted when the network works again.
    @Test
    void aPushThatTheNetworkFailsIsTriedLaterAndThenArrives() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var trials = FAULTS.stream().map(fault -> threads.submit(() -> failAndRecover(fault))).toList();
            for (var trial : trials) {
                trial.get();
            }
        }
    }

    @Test
    void aSlowNetworkDelaysAPushAndFailsNone() throws Exception {
        notifier.send(ring());
        provider.network().be(new Mode.Latency(Duration.ofMillis(300)));
        assertThat(asTheEngineDoes(notifier, ring())).isInstanceOf(Outcome.Delivered.class);
    }

    private @Nullable Void failAndRecover(Mode fault) throws Exception {
        try (var other = start()) {
            var token = other.token(platforms().iterator().next());
            assertThat(other.notifier().send(Pushes.ring(token))).isInstanceOf(Outcome.Delivered.class);
            var push = Pushes.ring(token);
            other.network().be(fault);
            assertThat(asTheEngineDoes(other.notifier(), push)).as(fault.toString())
                    .isInstanceOf(Outcome.TryLater.class);
            other.network().pass();
            // as late as the engine, too
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            assertThat(asTheEngineDoes(other.notifier(), push)).as("after " + fault)
                    .isInstanceOf(Outcome.Delivered.class);
            return null;
        }
    }

    private static Outcome asTheEngineDoes(Notifier notifier, Push push) throws Exception {
        var sending = new FutureTask<>(() -> notifier.send(push));
        Thread.ofVirtual().start(sending);
        try {
            return sending.get(PATIENCE.toMillis(), MILLISECONDS);
        } catch (TimeoutException _) {
            sending.cancel(true);
            return new Outcome.TryLater("timeout", null);
        }
    }

    @Test
    void manyAtOnceEachGetTheirOwnAnswer() throws Exception {
        var results = new ArrayList<Future<Outcome>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < MANY; i++) {
                var push = ring();
                results.add(threads.submit(() -> notifier.send(push)));
            }
        }
        for (var result : results) {
            assertThat(result.get()).isInstanceOf(Outcome.Delivered.class);
        }
        assertThat(provider.received().stream().map(r -> r.members().get("call_id")).distinct()).hasSize(MANY);
    }

    @Test
    void credentialsThatWorkAreFoundGood() throws Exception {
        assertThat(notifier.check().ok()).isTrue();
    }

    private Push ring() {
        return Pushes.ring(provider.token(platforms().iterator().next()));
    }

    private List<NoticeType> carried(Platform platform) {
        return Arrays.stream(NoticeType.values()).filter(type -> notifier.carries(type, platform)).toList();
    }

    private static String wireName(NoticeType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
