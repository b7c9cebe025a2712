package dev.ringback.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.identity.ActionTokens;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Mosquitto;
import dev.ringback.support.NodePeer;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// The life of a call over MQTT: devices are the `mqtt` package of npm, the broker is Mosquitto with the access list that we
/// ship.
@IntegrationTest
@EnabledIf(value = Mosquitto.IS_THERE_OR_MUST_BE, disabledReason = "no broker: apt-get install mosquitto nodejs npm")
class MqttIntegrationTest {
    private static final String V5 = "5";
    private static final int CASTS = 40;
    private static final AtomicInteger CAST = new AtomicInteger();
    private static final Mosquitto BROKER = new Mosquitto(IntStream.range(0, CASTS)
            .boxed()
            .flatMap(n -> Stream.of("alice" + n, "bob" + n, "mallory" + n, "b%2F" + n))
            .toList());

    @LocalServerPort
    private int port;
    @Autowired
    private ActionTokens actionTokens;
    @Autowired
    private MeterRegistry metrics;

    private final AutoCloseables open = new AutoCloseables();
    private int cast;
    private String alice;
    private String bob;
    private String mallory;

    @DynamicPropertySource
    static void broker(DynamicPropertyRegistry registry) {
        BROKER.settings().forEach((name, value) -> registry.add(name, () -> value));
    }

    @BeforeEach
    void newUsers() {
        cast = CAST.getAndIncrement();
        alice = "alice" + cast;
        bob = "bob" + cast;
        mallory = "mallory" + cast;
        await().untilAsserted(() -> assertThat(check()).contains("Connected"));
    }

    @AfterEach
    void hangUp() {
        open.closeAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "4"})
    void aCallIsRungAnsweredAndEnded(String version) throws Exception {
        var caller = device(alice, version, "phone");
        var phone = device(bob, version, "phone");
        var tablet = device(bob, version, "tablet");
        var browser = open.add(StompUser.connected(port, bob));

        var call = Api.user(port, alice).initiate("""
                {"called_id":"%s","caller_name":"Alice A.","custom":{"topic":"rent"}}""".formatted(bob));
        var room = call.get("room_id").asString();

        var ring = phone.next("incoming_call");
        assertThat(ring.get("topic").asString()).isEqualTo("users/" + bob + "/incoming_call");
        assertThat(ring.get("retain").asBoolean()).isFalse();
        assertThat(ring.get("qos").asInt()).isOne();
        var event = ring.get("body");
        assertThat(event.get("type").asString()).isEqualTo("incoming_call");
        assertThat(event.get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(event.get("room_id").asString()).isEqualTo(room);
        assertThat(event.get("caller_id").asString()).isEqualTo(alice);
        assertThat(event.get("caller_name").asString()).isEqualTo("Alice A.");
        assertThat(event.get("state").asString()).isEqualTo("ringing");
        assertThat(event.get("custom").get("topic").asString()).isEqualTo("rent");
        assertThat(event.get("expires_in_ms").asLong()).isBetween(30_000L, 45_000L);
        if (version.equals(V5)) {
            assertThat(ring.get("properties").get("messageExpiryInterval").asInt()).isBetween(30, 45);
            assertThat(ring.get("properties").get("contentType").asString()).isEqualTo("application/json");
        }
        tablet.next("incoming_call");
        browser.next("incoming_call");

        respond(phone, event, "ringing", Map.of("device_id", "phone"));
        assertThat(caller.next("call_ringing").get("body").get("user_id").asString()).isEqualTo(bob);

        respond(phone, event, "accept", Map.of("device_id", "phone", "user_name", "Bob B."));
        var admitted = phone.next("call_token").get("body");
        assertThat(admitted.get("call_id")).isEqualTo(call.get("call_id"));
        assertThat(admitted.get("room_id").asString()).isEqualTo(room);
        assertThat(admitted.get("device_id").asString()).isEqualTo("phone");
        assertThat(admitted.get("state").asString()).isEqualTo("accepted");
        assertThat(admitted.get("token").asString()).isNotBlank();
        var accepted = caller.next("call_accepted").get("body");
        assertThat(accepted.get("answered_by_device").asString()).isEqualTo("phone");
        assertThat(accepted.has("action_token")).isFalse();
        assertThat(tablet.next("call_answered_elsewhere").get("body").get("answered_by_device").asString())
                .isEqualTo("phone");
        browser.next("call_answered_elsewhere");

        Api.user(port, alice).command("end", call).mustBe(200);
        assertThat(phone.next("call_ended").get("body").get("state").asString()).isEqualTo("ended");
    }

    @Test
    void aCallIsDeclined() throws Exception {
        var caller = device(alice, V5, "phone");
        var phone = device(bob, V5, "phone");
        var tablet = device(bob, V5, "tablet");
        var call = Api.user(port, alice).call(bob);

        respond(phone, phone.next("incoming_call").get("body"), "reject",
                Map.of("caller_id", alice, "reason", "in a meeting"));

        var rejected = caller.next("call_rejected").get("body");
        assertThat(rejected.get("reason").asString()).isEqualTo("declined");
        assertThat(rejected.get("reason_text").asString()).isEqualTo("in a meeting");
        assertThat(tablet.next("call_answered_elsewhere").get("body").get("reason").asString())
                .isEqualTo("declined_elsewhere");
        assertThat(state(call)).isEqualTo("rejected");
    }

    @Test
    void oneDeviceIsSilencedAndTheOthersRingOn() throws Exception {
        var phone = device(bob, V5, "phone");
        var call = Api.user(port, alice).call(bob);
        var event = phone.next("incoming_call").get("body");

        var before = count("done");
        respond(phone, event, "ignore", Map.of("device_id", "phone"));

        await().untilAsserted(() -> assertThat(count("done")).isGreaterThan(before));
        assertThat(state(call)).isEqualTo("ringing");
    }

    @Test
    void aCallIsGivenUpByItsCaller() throws Exception {
        var phone = device(bob, V5, "phone");
        var call = Api.user(port, alice).call(bob);
        phone.next("incoming_call");

        Api.user(port, alice).command("cancel", call).mustBe(200);

        assertThat(phone.next("call_cancelled").get("body").get("reason").asString()).isEqualTo("caller");
        phone.next("call_missed");
    }

    @Test
    void aRingTimesOutAndWhoeverComesLaterIsNotRung() throws Exception {
        var caller = device(alice, V5, "phone");
        var phone = device(bob, V5, "phone");
        var sleeper = device(bob, V5, "sleeper");
        sleeper.close();

        var call = Api.user(port, alice).initiate("{\"called_id\":\"%s\",\"ring_timeout\":5}".formatted(bob));

        assertThat(phone.next("incoming_call").get("properties").get("messageExpiryInterval").asInt()).isBetween(1, 5);
        assertThat(phone.next("call_cancelled").get("body").get("reason").asString()).isEqualTo("timeout");
        assertThat(caller.next("call_cancelled").get("body").get("reason").asString()).isEqualTo("timeout");
        phone.next("call_missed");

        // the broker counts in whole seconds
        var over = Instant.parse(call.get("expires_at").asString()).plusSeconds(2);
        await().until(() -> Clock.systemUTC().instant().isAfter(over));
        var woken = device(bob, V5, "sleeper");
        woken.next("call_missed");
        assertThat(woken.others()).extracting(line -> line.get("event").asString()).doesNotContain("incoming_call");
    }

    @Test
    void aResponseHeardTwiceIsTheSameAsOnce() throws Exception {
        var phone = device(bob, V5, "phone");
        var call = Api.user(port, alice).call(bob);
        var event = phone.next("incoming_call").get("body");

        respond(phone, event, "accept", Map.of("device_id", "phone"));
        var first = phone.next("call_token").get("body");
        respond(phone, event, "accept", Map.of("device_id", "phone"));
        var second = phone.next("call_token").get("body");

        assertThat(second.get("version")).isEqualTo(first.get("version"));
        assertThat(second.get("token")).isNotEqualTo(first.get("token"));

        respond(phone, event, "accept", Map.of("device_id", "tablet"));
        var lost = phone.next("call_error").get("body");
        assertThat(lost.get("code").asString()).isEqualTo("answered_elsewhere");
        assertThat(lost.get("device_id").asString()).isEqualTo("tablet");
        assertThat(lost.get("action").asString()).isEqualTo("accept");
        assertThat(state(call)).isEqualTo("accepted");
    }

    @Test
    void nobodyAnswersForAnother() throws Exception {
        var phone = device(bob, V5, "phone");
        var attacker = device(mallory, V5, "phone");
        var call = Api.user(port, alice).call(bob);
        var ring = phone.next("incoming_call").get("body");
        var others = Api.user(port, alice).call(mallory);
        var own = attacker.next("incoming_call").get("body").get("action_token").asString();
        var late = actionTokens.mintForAnswer(UUID.fromString(call.get("call_id").asString()), bob,
                Clock.systemUTC().instant().minus(Duration.ofMinutes(1)));
        var alien = actionTokens.mintForAnswer(UUID.randomUUID(), bob,
                Clock.systemUTC().instant().plus(Duration.ofMinutes(1)));

        // nothing proves anything: nobody is told
        for (var token : new Object[]{"", "x", 5, Map.of(), Tokens.of(bob), Tokens.of(mallory), late,
                ring.get("action_token").asString() + "x"}) {
            unproven(attacker, ring, Map.of("user_id", bob, "action", "accept", "action_token", token));
        }
        unproven(attacker, ring, Map.of("user_id", bob, "action", "accept"));

        // mallory's own token says that it is mallory, and for which call
        refused(attacker, attacker, ring, Map.of("user_id", bob, "action_token", own), "user_mismatch");
        refused(attacker, attacker, ring, Map.of("user_id", mallory, "action_token", own), "forbidden",
                "call_not_found");
        refused(attacker, phone, ring, Map.of("action_token", alien), "call_not_found");

        assertThat(state(call)).isEqualTo("ringing");
        assertThat(state(others)).isEqualTo("ringing");
        assertThat(phone.others()).extracting(line -> line.get("event").asString()).doesNotContain("call_token");

        // and the other room's topic does not help bob's own token
        attacker.send(Map.of("publish", "calls/" + others.get("room_id").asString() + "/response", "body",
                Map.of("action", "accept", "action_token", ring.get("action_token").asString())));
        assertThat(phone.next("call_error").get("body").get("code").asString()).isIn("forbidden", "call_not_found");
        assertThat(state(others)).isEqualTo("ringing");
    }

    @Test
    void theBrokerKeepsUsersOutOfEachOthersTopics() throws Exception {
        var attacker = device(mallory, V5, "phone");
        attacker.send(Map.of("subscribe", "users/" + bob + "/#"));
        attacker.next("subscribed");
        attacker.send(Map.of("subscribe", "users/+/incoming_call"));
        attacker.next("subscribed");
        attacker.send(Map.of("subscribe", "calls/+/response"));
        attacker.next("subscribed");
        var phone = device(bob, V5, "phone");
        attacker.send(Map.of("publish", "users/" + bob + "/incoming_call", "body", Map.of("call_id", "forged")));
        assertThat(attacker.next("published").get("reason").asInt()).isEqualTo(0x87);

        Api.user(port, alice).call(bob);
        var ring = phone.next("incoming_call").get("body");
        assertThat(ring.get("call_id").asString()).isNotEqualTo("forged");
        respond(phone, ring, "accept", Map.of());
        phone.next("call_token");

        // what is published to the attacker itself comes behind all that
        var own = Api.user(port, alice).call(mallory);
        var first = attacker.next("incoming_call").get("body");
        assertThat(first.get("call_id")).isEqualTo(own.get("call_id"));
        assertThat(attacker.others())
                .allSatisfy(line -> assertThat(line.path("topic").asString()).startsWith("users/" + mallory + "/"));
    }

    @Test
    void whatIsNoAnswerIsRefusedAndChangesNothing() throws Exception {
        var phone = device(bob, V5, "phone");
        var call = Api.user(port, alice).call(bob);
        var ring = phone.next("incoming_call").get("body");
        var topic = "calls/" + ring.get("room_id").asString() + "/response";
        var token = ring.get("action_token").asString();

        for (var body : List.of("", "accept", "[]", "null", "{\"action\":",
                "{\"action_token\":\"x\",\"action_token\":\"y\"}",
                "[".repeat(10_000), "x".repeat(66_000))) {
            var before = count("unreadable");
            phone.send(Map.of("publish", topic, "body", body));
            phone.next("published");
            await().untilAsserted(() -> assertThat(count("unreadable")).isGreaterThan(before));
        }

        refused(phone, phone, ring, Map.of("action", "cancel", "action_token", token), "invalid_request");
        refused(phone, phone, ring, Map.of("action", 7, "action_token", token), "invalid_request");
        refused(phone, phone, ring, Map.of("action_token", token, "device_id", 7), "invalid_request");
        refused(phone, phone, ring, Map.of("action_token", token, "room_id", "another"), "invalid_request");
        refused(phone, phone, ring, Map.of("action", "reject", "action_token", token, "caller_id", mallory),
                "invalid_request");
        refused(phone, phone, ring, Map.of("action", "ignore", "action_token", token), "invalid_request");
        var weak = actionTokens.mint(UUID.fromString(call.get("call_id").asString()), bob, "phone",
                Clock.systemUTC().instant().plus(Duration.ofMinutes(1)));
        refused(phone, phone, ring, Map.of("action_token", weak), "forbidden");

        assertThat(state(call)).isEqualTo("ringing");
        respond(phone, ring, "accept", Map.of());
        phone.next("call_token");
    }

    @Test
    void aUserIdWithASlashIsOneLevelOfATopic() throws Exception {
        var phone = device("b%2F" + cast, V5, "phone");
        var call = Api.user(port, alice).call("b/" + cast);

        var ring = phone.next("incoming_call");

        assertThat(ring.get("topic").asString()).isEqualTo("users/b%2F" + cast + "/incoming_call");
        respond(phone, ring.get("body"), "accept", Map.of());
        phone.next("call_token");
        assertThat(state(call)).isEqualTo("accepted");
    }

    @Test
    void theTraceSaysWhetherAnybodyListens() throws Exception {
        var phone = device(bob, V5, "phone");
        var heard = Api.user(port, alice).call(bob);
        phone.next("incoming_call");
        var unheard = Api.user(port, alice).call(mallory);
        Api.user(port, alice).command("cancel", unheard).mustBe(200);

        await().untilAsserted(() -> {
            assertThat(trace(heard)).contains("\"mqtt\"").contains("\"delivered\"");
            assertThat(trace(unheard)).contains("no_matching_subscribers");
        });
    }

    private String trace(JsonNode call) {
        return Api.as(port, Tokens.server())
                .get("/api/call/" + call.get("call_id").asString() + "/trace")
                .mustBe(200)
                .toString();
    }

    private String check() {
        return Api.as(port, Tokens.server())
                .get("/api/push/check")
                .mustBe(200)
                .get("channels")
                .valueStream()
                .filter(channel -> channel.get("channel").asString().equals("mqtt"))
                .map(channel -> channel.get("message").asString())
                .collect(Collectors.joining());
    }

    private NodePeer device(String user, String version, String name) throws IOException, InterruptedException {
        return open.add(BROKER.device(user, version, user + "-" + name));
    }

    private static void respond(NodePeer device, JsonNode ring, String action, Map<String, Object> more)
            throws IOException {
        var body = new HashMap<String, Object>(more);
        body.put("room_id", ring.get("room_id").asString());
        body.put("action", action);
        body.put("action_token", ring.get("action_token").asString());
        publish(device, ring, body);
    }

    private static void publish(NodePeer device, JsonNode ring, Map<String, Object> body) throws IOException {
        device.send(Map.of("publish", "calls/" + ring.get("room_id").asString() + "/response", "body", body));
    }

    private void unproven(NodePeer device, JsonNode ring, Map<String, Object> body) throws IOException {
        var before = count("unproven");
        publish(device, ring, body);
        await().untilAsserted(() -> assertThat(count("unproven")).isGreaterThan(before));
    }

    /// The user whose token it is hears why.
    private static void refused(NodePeer device, NodePeer told, JsonNode ring, Map<String, Object> more,
            String... codes) throws IOException, InterruptedException {
        var body = new HashMap<String, Object>(Map.of("action", "accept"));
        body.putAll(more);
        publish(device, ring, body);
        var error = told.next("call_error").get("body");
        assertThat(error.get("code").asString()).isIn((Object[]) codes);
        assertThat(error.get("error").asString()).isNotBlank();
        assertThat(error.get("room_id")).isEqualTo(ring.get("room_id"));
    }

    private double count(String outcome) {
        return metrics.counter("ringback.mqtt.responses", "outcome", outcome).count();
    }

    private String state(JsonNode call) {
        return Api.user(port, alice).read(call).get("state").asString();
    }

    /// What a test opened.
    private static final class AutoCloseables {
        private final List<AutoCloseable> open = new ArrayList<>();

        <T extends AutoCloseable> T add(T resource) {
            open.add(resource);
            return resource;
        }

        void closeAll() {
            for (var resource : open) {
                try {
                    resource.close();
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            }
            open.clear();
        }
    }
}
