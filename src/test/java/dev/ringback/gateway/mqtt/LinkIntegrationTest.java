package dev.ringback.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.gateway.mqtt.Responder.Reply;
import dev.ringback.gateway.mqtt.Responder.Result;
import dev.ringback.notify.Outcome;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.Mosquitto;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections to Mosquitto, without the service around them.
@EnabledIf(value = Mosquitto.IS_THERE_OR_MUST_BE, disabledReason = "no broker: apt-get install mosquitto nodejs npm")
class LinkIntegrationTest {
    private static final Mosquitto BROKER = new Mosquitto(List.of("bob"));
    private static final Duration SESSION = Duration.ofMinutes(1);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final MeterRegistry metrics = new SimpleMeterRegistry();

    @AfterEach
    void closeAll() throws Exception {
        for (var resource : open.reversed()) {
            resource.close();
        }
    }

    @AfterAll
    static void stop() {
        BROKER.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasNotAcknowledgedComesAgain(boolean v5) throws Exception {
        var wires = wires(BROKER.port(), v5, Mosquitto.PASSWORD);
        var heard = new LinkedBlockingQueue<Heard>();
        var killed = connected(wires, "again-" + v5, heard, "$share/again-" + v5 + "/" + Topics.RESPONSES);
        answer(v5, "room-1");
        answer(v5, "room-2");

        next(heard).acknowledge().run();
        assertThat(next(heard).topic()).isEqualTo("calls/room-2/response");
        killed.disconnect().get(5, TimeUnit.SECONDS);

        var back = new LinkedBlockingQueue<Heard>();
        connected(wires, "again-" + v5, back, "$share/again-" + v5 + "/" + Topics.RESPONSES);
        assertThat(next(back).topic()).isEqualTo("calls/room-2/response");
        assertThat(back).isEmpty();
    }

    @Test
    void oneOfTwoNodesHearsAnAnswer() throws Exception {
        var heard = new LinkedBlockingQueue<Heard>();
        for (var node : List.of("node-1", "node-2")) {
            connected(wires(BROKER.port(), true, Mosquitto.PASSWORD), node, heard, "$share/two/" + Topics.RESPONSES);
        }

        var rooms = IntStream.range(0, 20).mapToObj(n -> "calls/both-" + n + "/response").toList();
        for (int n = 0; n < rooms.size(); n++) {
            answer(true, "both-" + n);
        }

        var topics = new CopyOnWriteArrayList<String>();
        for (int n = 0; n < rooms.size(); n++) {
            topics.add(next(heard).topic());
        }
        assertThat(topics).containsExactlyInAnyOrderElementsOf(rooms);
        assertThat(heard).isEmpty();
    }

    @Test
    void withoutAConnectionNothingIsKept() throws Exception {
        var proxy = add(new FaultProxy(BROKER.port()));
        proxy.be(new FaultProxy.Mode.Refuse());
        var link = link(wires(proxy.port(), true, Mosquitto.PASSWORD));

        await().untilAsserted(() -> assertThat(link.trouble()).isNotEmpty());
        assertThat(link.publish(message("users/bob/x"))).isEqualTo(new Outcome.TryLater("connection", null));

        proxy.pass();
        await().untilAsserted(() -> assertThat(link.trouble()).isEmpty());
        assertThat(link.publish(message("users/bob/x"))).isEqualTo(new Outcome.Unheard("no_matching_subscribers"));

        int before = proxy.accepted();
        proxy.cut();
        // until then the old connection may still look alive
        await().until(() -> proxy.accepted() > before);
        await().untilAsserted(() -> assertThat(link.trouble()).isEmpty());
        assertThat(link.publish(message("users/bob/x"))).isEqualTo(new Outcome.Unheard("no_matching_subscribers"));
    }

    @Test
    void whatTheAccountMayNotPublishIsRefused() throws Exception {
        var link = link(wires(BROKER.port(), true, Mosquitto.PASSWORD));
        await().untilAsserted(() -> assertThat(link.trouble()).isEmpty());

        assertThat(link.publish(message("elsewhere"))).isEqualTo(new Outcome.Refused("not_authorized"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCheckSaysThatThePasswordIsWrong(boolean v5) {
        var events = link(wires(BROKER.port(), v5, "another password"));
        var publisher = new MqttPublisher(new BrokerAddress("localhost", BROKER.port(), false, null), events, events);

        await().untilAsserted(() -> {
            assertThat(publisher.check().ok()).isFalse();
            assertThat(publisher.check().message()).contains("localhost:" + BROKER.port())
                    .containsIgnoringCase("not_authorized")
                    .doesNotContain("another password");
        });
    }

    @Test
    void theCheckSaysThatNobodyIsThere() {
        var proxy = add(new FaultProxy(BROKER.port()));
        proxy.be(new FaultProxy.Mode.Refuse());
        var events = link(wires(proxy.port(), true, Mosquitto.PASSWORD));
        var publisher = new MqttPublisher(new BrokerAddress("localhost", proxy.port(), false, null), events, events);

        await().untilAsserted(() -> assertThat(publisher.check().message()).containsIgnoringCase("refused"));
    }

    @Test
    void twoWithOneNameAreToldSo() {
        var wires = wires(BROKER.port(), true, Mosquitto.PASSWORD);
        var first = link(wires, "the-same");
        await().untilAsserted(() -> assertThat(first.trouble()).isEmpty());
        var second = link(wires, "the-same");

        await().untilAsserted(() -> assertThat(first.trouble().orElse("") + second.trouble().orElse(""))
                .contains("ringback.mqtt.client-id"));
    }

    @Test
    void aBrokerIsTrustedForItsCertificateOnly() {
        var trusting = link(tls(BROKER.certificate()));
        var doubting = link(tls(null));

        await().untilAsserted(() -> assertThat(trusting.trouble()).isEmpty());
        await().untilAsserted(() -> assertThat(doubting.trouble().orElseThrow()).contains("certification path"));
    }

    @Test
    void aBrokerIsReachedByWebSocketToo() {
        var link = link(MqttConfiguration.wires(
                new MqttSettings("ws://localhost:" + BROKER.webSocketPort(), "ringback", Mosquitto.PASSWORD, "5", "",
                        "ringback", SESSION, "")));

        await().untilAsserted(() -> assertThat(link.trouble()).isEmpty());
    }

    @Test
    void aLinkThatIsClosedComesBackNoMore() throws Exception {
        var link = link(wires(BROKER.port(), true, Mosquitto.PASSWORD));
        await().untilAsserted(() -> assertThat(link.trouble()).isEmpty());

        link.close();

        assertThat(link.trouble()).isNotEmpty();
        assertThat(link.publish(message("users/bob/x"))).isEqualTo(new Outcome.TryLater("connection", null));
    }

    @Test
    void someAnswersAreHandledAtOnceAndTheOthersWait() throws Exception {
        var inHand = new AtomicInteger();
        var most = new AtomicInteger();
        var gate = new CountDownLatch(1);
        responses("flood", (_, _) -> {
            most.accumulateAndGet(inHand.incrementAndGet(), Math::max);
            waitFor(gate);
            inHand.decrementAndGet();
            return new Reply(Result.DONE, null);
        });
        int sent = Responses.AT_ONCE * 2;
        for (int n = 0; n < sent; n++) {
            answer(true, "flood-" + n);
        }

        await().untilAsserted(() -> assertThat(inHand).hasValue(Responses.AT_ONCE));
        gate.countDown();
        await().untilAsserted(() -> assertThat(count("done")).isEqualTo(sent));
        assertThat(most).hasValue(Responses.AT_ONCE);
    }

    @Test
    void whatIsInHandIsFinishedBeforeTheStopAndTheRestComesAgain() throws Exception {
        var rooms = new LinkedBlockingQueue<String>();
        var gate = new CountDownLatch(1);
        var stopped = responses("stop", (topic, _) -> {
            rooms.add(topic);
            waitFor(gate);
            return new Reply(Result.DONE, null);
        });
        answer(true, "stop-1");
        assertThat(rooms.poll(10, TimeUnit.SECONDS)).isEqualTo("calls/stop-1/response");

        var stopping = Thread.ofVirtual().start(stopped::stop);
        await().until(() -> !stopped.isRunning());
        answer(true, "stop-2");
        gate.countDown();
        assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        assertThat(count("done")).isOne();

        responses("stop", (topic, _) -> {
            rooms.add(topic);
            return new Reply(Result.DONE, null);
        });
        assertThat(rooms.poll(10, TimeUnit.SECONDS)).isEqualTo("calls/stop-2/response");
        await().untilAsserted(() -> assertThat(count("done")).isEqualTo(2));
        assertThat(rooms).isEmpty();
    }

    @Test
    void anAnswerThatBreaksTheHandlerComesOnce() throws Exception {
        var broken = responses("broken", (_, _) -> {
            throw new IllegalStateException("broken by the test");
        });
        answer(true, "broken-1");
        await().untilAsserted(() -> assertThat(count("failed")).isOne());
        broken.stop();

        var rooms = new LinkedBlockingQueue<String>();
        responses("broken", (topic, _) -> {
            rooms.add(topic);
            return new Reply(Result.DONE, null);
        });
        answer(true, "broken-2");
        assertThat(rooms.poll(10, TimeUnit.SECONDS)).isEqualTo("calls/broken-2/response");
    }

    private Responses responses(String name, BiFunction<String, byte[], Reply> responder) {
        var wires = wires(BROKER.port(), true, Mosquitto.PASSWORD);
        var link = new Link(name, lost -> wires.wire(name, SESSION, lost), new Random(1));
        var responses = new Responses("$share/" + name + "/" + Topics.RESPONSES, link, responder, metrics);
        responses.start();
        add(responses::stop);
        await().untilAsserted(() -> assertThat(link.trouble()).isEmpty());
        return responses;
    }

    private static void waitFor(CountDownLatch gate) {
        try {
            assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private double count(String outcome) {
        return metrics.counter("ringback.mqtt.responses", "outcome", outcome).count();
    }

    private record Heard(String topic, Runnable acknowledge) {}

    private static Heard next(BlockingQueue<Heard> heard) throws InterruptedException {
        return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "nothing was heard");
    }

    private Wire connected(Wires wires, String clientId, BlockingQueue<Heard> heard, String filter) throws Exception {
        var executor = add(Executors.newVirtualThreadPerTaskExecutor());
        var wire = wires.wire(clientId, SESSION, _ -> {});
        wire.hear((topic, _, acknowledge) -> heard.add(new Heard(topic, acknowledge)), executor);
        wire.connect().get(5, TimeUnit.SECONDS);
        wire.subscribe(filter).get(5, TimeUnit.SECONDS);
        add(() -> wire.disconnect().exceptionally(_ -> null).get(5, TimeUnit.SECONDS));
        return wire;
    }

    /// As a device does.
    private static void answer(boolean v5, String room) throws Exception {
        var wire = new Wires(new BrokerAddress("localhost", BROKER.port(), false, null), v5, "bob", Mosquitto.PASSWORD,
                null)
                .wire("device", Duration.ZERO, _ -> {});
        wire.connect().get(5, TimeUnit.SECONDS);
        assertThat(wire.publish(message("calls/" + room + "/response")).get(5, TimeUnit.SECONDS)).isTrue();
        wire.disconnect().get(5, TimeUnit.SECONDS);
    }

    private Link link(Wires wires) {
        return link(wires, "link-" + System.nanoTime());
    }

    private Link link(Wires wires, String clientId) {
        var link = new Link("test", lost -> wires.wire(clientId, Duration.ZERO, lost), new Random(1));
        add(link);
        link.open();
        return link;
    }

    private static Wires wires(int port, boolean v5, String password) {
        return new Wires(new BrokerAddress("localhost", port, false, null), v5, "ringback", password, null);
    }

    private static Wires tls(@Nullable Path certificate) {
        return MqttConfiguration.wires(
                new MqttSettings("mqtts://localhost:" + BROKER.tlsPort(), "ringback", Mosquitto.PASSWORD, "5", "",
                        "ringback",
                        SESSION, certificate == null ? "" : certificate.toString()));
    }

    private static Message message(String topic) {
        return new Message(topic, "{}",
                Duration.ofSeconds(10));
    }

    private <T extends AutoCloseable> T add(T resource) {
        open.add(resource);
        return resource;
    }
}
