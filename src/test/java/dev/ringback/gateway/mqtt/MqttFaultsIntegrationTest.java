package dev.ringback.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Mosquitto;
import dev.ringback.support.NodePeer;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// MQTT when the broker, or the way to it, fails. The service starts while nobody answers.
@IntegrationTest
@EnabledIf(value = Mosquitto.IS_THERE_OR_MUST_BE, disabledReason = "no broker: apt-get install mosquitto nodejs npm")
class MqttFaultsIntegrationTest {
    private static final int CASTS = 10;
    private static final AtomicInteger CAST = new AtomicInteger();
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Mosquitto BROKER = new Mosquitto(
            IntStream.range(0, CASTS).boxed().flatMap(n -> Stream.of("alice" + n, "bob" + n)).toList());
    private static final FaultProxy PROXY = refusing(new FaultProxy(BROKER.port()));

    @LocalServerPort
    private int port;
    @Autowired
    private JdbcClient jdbc;

    private final List<AutoCloseable> open = new ArrayList<>();
    private String alice;
    private String bob;

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry registry) {
        BROKER.settings().forEach((name, value) -> registry.add(name, () -> value));
        registry.add("ringback.mqtt.url", () -> "mqtt://localhost:" + PROXY.port());
    }

    private static FaultProxy refusing(FaultProxy proxy) {
        proxy.be(new FaultProxy.Mode.Refuse());
        return proxy;
    }

    @BeforeEach
    void newUsers() {
        int n = CAST.getAndIncrement();
        alice = "alice" + n;
        bob = "bob" + n;
    }

    @AfterEach
    void mend() throws Exception {
        for (var resource : open) {
            resource.close();
        }
        PROXY.pass();
        BROKER.start();
    }

    @Test
    void whileNobodyIsThereCallsGoOnAndTheCheckSaysSo() throws Exception {
        PROXY.be(new FaultProxy.Mode.Refuse());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(check().get("message").asString()).contains("No connection"));
        assertThat(check().get("ok").asBoolean()).isFalse();
        assertThat(Api.as(port, null).get("/actuator/health/readiness").mustBe(200).get("status").asString())
                .isEqualTo("UP");

        var browser = add(StompUser.connected(port, bob));
        var call = Api.user(port, alice).call(bob);
        browser.next("incoming_call");
        Api.user(port, bob).command("accept", call).mustBe(200);
    }

    @Test
    void aRingWaitsForTheBrokerAndComesWhenItIsBack() throws Exception {
        PROXY.pass();
        var phone = device(bob);
        heard();
        BROKER.stop();

        var call = Api.user(port, alice).call(bob);
        var given = Api.user(port, alice).call(bob);
        Api.user(port, alice).command("cancel", given).mustBe(200);
        await().untilAsserted(() -> assertThat(tried(call)).isPositive());
        BROKER.start();

        var ring = phone.next("incoming_call").get("body");
        assertThat(ring.get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(phone.next("call_cancelled").get("body").get("call_id")).isEqualTo(given.get("call_id"));

        // and it is listened to again
        heard();
        phone.send(Map.of("publish", "calls/" + ring.get("room_id").asString() + "/response", "body",
                Map.of("action", "accept", "action_token", ring.get("action_token").asString())));
        assertThat(phone.next("call_token").get("body").get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(phone.others()).extracting(line -> line.get("event").asString()).doesNotContain("incoming_call");
    }

    @Test
    void noRingComesAfterItsDeadline() throws Exception {
        PROXY.pass();
        var phone = device(bob);
        heard();
        PROXY.be(new FaultProxy.Mode.Refuse());

        var call = Api.user(port, alice).initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bob));
        await().untilAsserted(() -> assertThat(tried(call)).isPositive());
        await().untilAsserted(() -> assertThat(Api.user(port, alice).read(call).get("state").asString())
                .isEqualTo("cancelled"));
        PROXY.pass();

        assertThat(phone.next("call_cancelled").get("body").get("reason").asString()).isEqualTo("timeout");
        phone.next("call_missed");
        assertThat(phone.others()).extracting(line -> line.get("event").asString()).doesNotContain("incoming_call");
    }

    @Test
    void aBrokerThatIsSilentSlowsNobodyElse() throws Exception {
        PROXY.pass();
        var phone = device(bob);
        var browser = add(StompUser.connected(port, bob));
        heard();
        PROXY.be(new FaultProxy.Mode.Silent());

        long began = System.nanoTime();
        var call = Api.user(port, alice).call(bob);
        browser.next("incoming_call");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        await().atMost(SOON).untilAsserted(() -> assertThat(tried(call)).isPositive());

        // the line is given up, and the next one brings what is still worth it
        PROXY.pass();
        assertThat(phone.next("incoming_call").get("body").get("call_id")).isEqualTo(call.get("call_id"));
    }

    /// What was tried and not taken.
    private int tried(JsonNode call) {
        return jdbc.sql("select coalesce(sum(attempts), 0) from delivery where call_id = ?::uuid and broker = 'mqtt'")
                .param(call.get("call_id").asString())
                .query(Integer.class)
                .single();
    }

    /// The service is connected, and subscribed.
    private void heard() {
        await().atMost(SOON).untilAsserted(() -> assertThat(check().get("ok").asBoolean()).isTrue());
    }

    private JsonNode check() {
        return Api.as(port, Tokens.server())
                .get("/api/push/check")
                .mustBe(200)
                .get("channels")
                .valueStream()
                .filter(channel -> channel.get("channel").asString().equals("mqtt"))
                .findFirst()
                .orElseThrow();
    }

    private NodePeer device(String user) throws IOException, InterruptedException {
        return add(BROKER.device(user, "5", user + "-phone"));
    }

    private <T extends AutoCloseable> T add(T resource) {
        open.add(resource);
        return resource;
    }
}
