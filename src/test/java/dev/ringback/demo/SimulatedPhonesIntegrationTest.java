package dev.ringback.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.Channel;
import dev.ringback.support.Api;
import dev.ringback.support.TestDatabase;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Demo mode without any account: what the provider would have got reaches a page that draws phones.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ringback.rate-limit.enabled=false")
@ContextConfiguration(initializers = TestDatabase.class)
class SimulatedPhonesIntegrationTest {
    @LocalServerPort
    private int port;
    @Autowired
    private PushStreams streams;
    @Autowired
    private ObjectProvider<Channel> channels;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final String voip = hex();
    private final String alert = hex();
    private final String android = "simulated-android-" + run;

    @AfterEach
    void simulatorWorks() {
        anybody().post("/demo/simulator", "{\"latency_ms\":0,\"failure_rate\":0}").mustBe(200);
    }

    @Test
    void aRingIsSeenAsAppleAndGoogleWouldGetIt() throws Exception {
        var alice = user("alice");
        var bob = iPhoneAndAndroid("bob");
        try (var page = new PushFeed(port, voip, alert, android)) {
            var call = alice.call("bob-" + run);
            await().untilAsserted(() -> assertThat(page.pushes()).hasSize(2));

            var apple = page.pushes(voip).getFirst();
            assertThat(apple.get("channel").asString()).isEqualTo("apns");
            assertThat(apple.get("platform").asString()).isEqualTo("ios");
            assertThat(apple.get("behaviour").asString()).isEqualTo("ok");
            assertThat(apple.get("method").asString()).isEqualTo("POST");
            assertThat(apple.get("url").asString()).isEqualTo("https://api.push.apple.com/3/device/" + voip);
            assertThat(headers(apple)).containsEntry("apns-topic", "dev.ringback.demo.voip")
                    .containsEntry("apns-push-type", "voip")
                    .containsEntry("apns-priority", "10")
                    .containsEntry("apns-expiration", Long.toString(deadline(call).getEpochSecond()))
                    .containsEntry("authorization", "bearer ***")
                    .containsKey("apns-id")
                    .doesNotContainKey("apns-collapse-id");
            var shown = body(apple);
            assertThat(shown.get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(shown.get("type").asString()).isEqualTo("incoming_call");
            assertThat(shown.get("aps").isEmpty()).isTrue();
            assertThat(Instant.parse(apple.get("at").asString())).isBefore(deadline(call));

            var google = page.pushes(android).getFirst();
            assertThat(google.get("channel").asString()).isEqualTo("fcm");
            assertThat(google.get("platform").asString()).isEqualTo("android");
            assertThat(google.get("url").asString())
                    .isEqualTo("https://fcm.googleapis.com/v1/projects/simulated/messages:send");
            assertThat(headers(google)).containsEntry("authorization", "Bearer ***")
                    .containsEntry("content-type", "application/json; charset=UTF-8");
            var message = body(google).get("message");
            assertThat(message.get("token").asString()).isEqualTo(android);
            assertThat(message.get("data").get("call_id")).isEqualTo(call.get("call_id"));
            assertThat(message.get("android").propertyNames()).containsExactlyInAnyOrder("priority", "ttl");
            assertThat(message.get("android").get("priority").asString()).isEqualTo("high");
            assertThat(message.get("android").get("ttl").asString()).matches("4[0-5]s");
            assertThat(page.ids()).doesNotHaveDuplicates().hasSize(2);

            // the phone was asleep, and has nothing but what the push carried
            var phone = Api.as(port, shown.get("action_token").asString());
            phone.post("/api/call/ringing", "{}").mustBe(204);
            await().untilAsserted(
                    () -> assertThat(alice.read(call).get("invitations").get(0).get("ringing_at").isNull()).isFalse());
            bob.command("reject", call).mustBe(200);
        }
    }

    @Test
    void aCancelReachesAndroidAndTheAlertTokenAndNeverTheVoipToken() throws Exception {
        var alice = user("alice");
        iPhoneAndAndroid("bob");
        try (var page = new PushFeed(port, voip, alert, android)) {
            var call = alice.call("bob-" + run);
            await().untilAsserted(() -> assertThat(page.pushes()).hasSize(2));
            alice.command("cancel", call).mustBe(200);
            await().untilAsserted(() -> {
                assertThat(types(page, alert)).contains("call_cancelled", "call_missed");
                assertThat(types(page, android)).contains("call_cancelled", "call_missed");
            });
            assertThat(types(page, voip)).containsExactly("incoming_call");
            var stop = page.pushes(alert).getFirst();
            assertThat(stop.get("platform").asString()).isEqualTo("ios-alert");
            assertThat(headers(stop)).containsEntry("apns-topic", "dev.ringback.demo")
                    .containsEntry("apns-push-type", "background")
                    .containsEntry("apns-collapse-id", call.get("call_id").asString());
        }
    }

    @Test
    void theSandboxIsTheOtherOfApplesServers() throws Exception {
        register(user("bob"), "ios", voip, ",\"environment\":\"sandbox\"");
        try (var page = new PushFeed(port, voip)) {
            user("alice").call("bob-" + run);
            await().untilAsserted(() -> assertThat(page.pushes()).hasSize(1));
            assertThat(page.pushes().getFirst().get("url").asString())
                    .isEqualTo("https://api.sandbox.push.apple.com/3/device/" + voip);
        }
    }

    @Test
    void anUninstalledAppLosesItsTokens() throws Exception {
        var bob = iPhoneAndAndroid("bob");
        for (var token : List.of(voip, alert, android)) {
            behave(token, "uninstalled");
        }
        try (var page = new PushFeed(port, voip, android)) {
            var alice = user("alice");
            var call = alice.call("bob-" + run);
            await().untilAsserted(() -> assertThat(bob.get("/api/push/devices").mustBe(200).get("devices")).isEmpty());
            await().untilAsserted(() -> assertThat(attempts(alice, call))
                    .extracting(attempt -> attempt.get("code").asString())
                    .contains("Unregistered", "UNREGISTERED"));
            await().untilAsserted(() -> assertThat(page.pushes(android)).first()
                    .satisfies(push -> assertThat(push.get("behaviour").asString()).isEqualTo("uninstalled")));
            await().untilAsserted(() -> assertThat(alice.read(call).get("reason").asString()).isEqualTo("unreachable"));
        }
    }

    @Test
    void aProviderThatFailsIsAskedAgain() throws Exception {
        register(user("bob"), "android", android, "");
        register(user("carol"), "ios", voip, "");
        behave(android, "failing");
        behave(voip, "failing");
        var alice = user("alice");
        try (var page = new PushFeed(port, android, voip)) {
            var toAndroid = alice.call("bob-" + run);
            var toApple = alice.call("carol-" + run);
            await().untilAsserted(() -> {
                assertThat(page.pushes(android)).isNotEmpty();
                assertThat(page.pushes(voip)).isNotEmpty();
            });
            behave(android, "ok");
            behave(voip, "ok");
            await().untilAsserted(() -> {
                assertThat(attempts(alice, toAndroid)).extracting(attempt -> attempt.path("code").asString(""))
                        .startsWith("UNAVAILABLE");
                assertThat(last(attempts(alice, toAndroid)).get("outcome").asString()).isEqualTo("delivered");
                assertThat(last(attempts(alice, toApple)).get("outcome").asString()).isEqualTo("delivered");
            });
        }
    }

    @Test
    void aSlowAnswerHoldsUpNobodyElse() throws Exception {
        register(user("bob"), "ios", voip, "");
        register(user("bob"), "android", android, "");
        register(user("carol"), "ios", alert, "");
        behave(voip, "slow");
        behave(android, "slow");
        var alice = user("alice");
        try (var page = new PushFeed(port, voip, alert)) {
            var slow = alice.call("bob-" + run);
            await().untilAsserted(() -> assertThat(page.pushes(voip)).hasSize(1));
            var quick = alice.call("carol-" + run);
            await().untilAsserted(() -> assertThat(attempts(alice, quick)).hasSize(1));
            assertThat(attempts(alice, quick).getFirst().get("took_ms").asInt()).isLessThan(2000);
            await().untilAsserted(() -> assertThat(attempts(alice, slow)).hasSizeGreaterThanOrEqualTo(2));
            assertThat(attempts(alice, slow)).allSatisfy(attempt -> {
                assertThat(attempt.get("took_ms").asInt()).isGreaterThanOrEqualTo(2000);
                assertThat(attempt.get("outcome").asString()).isEqualTo("delivered");
            });
        }
    }

    @Test
    void nobodyIsLedToThinkThatItWasReal() throws Exception {
        iPhoneAndAndroid("bob");
        var alice = user("alice");
        var call = alice.call("bob-" + run);
        await().untilAsserted(() -> assertThat(attempts(alice, call)).hasSize(2));
        assertThat(attempts(alice, call)).allSatisfy(
                attempt -> assertThat(attempt.get("provider_id").asString()).startsWith("simulated-"));

        var simulated = anybody().get("/demo/users").mustBe(200).get("simulated_pushes");
        assertThat(simulated.get("apns").asBoolean()).isTrue();
        assertThat(simulated.get("fcm").asBoolean()).isTrue();
        assertThat(simulated.get("web-push").asBoolean()).isFalse();

        for (var name : List.of("apns", "fcm")) {
            var channel = channels.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
            var check = Objects.requireNonNull(channel.notifier()).check();
            assertThat(check.ok()).isTrue();
            assertThat(check.message()).startsWith("Simulated");
        }
    }

    @Test
    void aPageIsToldOfItsOwnPhonesOnly() throws Exception {
        iPhoneAndAndroid("bob");
        try (var bobs = new PushFeed(port, voip, android); var others = new PushFeed(port, hex(), alert)) {
            user("alice").call("bob-" + run);
            await().untilAsserted(() -> assertThat(bobs.pushes()).hasSize(2));
            assertThat(others.pushes()).isEmpty();
        }
    }

    @Test
    void streamsAreBounded() throws Exception {
        anybody().get("/demo/pushes").mustBe(400, "invalid_request");
        var many = IntStream.rangeClosed(0, 32).mapToObj(i -> "token=t" + i).collect(Collectors.joining("&"));
        var problem = anybody().get("/demo/pushes?" + many, "Accept", "text/event-stream")
                .mustBe(400, "invalid_request");
        assertThat(problem.get("errors").get(0).get("member").asString()).isEqualTo("token");

        // pages of earlier tests that nobody has missed yet
        streams.endAll();
        try (var page = new PushFeed(port, voip)) {
            await().untilAsserted(() -> assertThat(streams.count()).isPositive());
            var before = streams.count();
            for (int i = before; i < PushStreams.MOST; i++) {
                var _ = streams.open(Set.of(hex()));
            }
            anybody().get("/demo/pushes?token=" + voip, "Accept", "text/event-stream").mustBe(429, "rate_limited");
            assertThat(page.status()).isEqualTo(200);
        } finally {
            streams.endAll();
        }
        assertThat(streams.count()).isZero();
    }

    @Test
    void badPhonesAreRefused() {
        assertThat(anybody().post("/demo/phones", "{\"behaviour\":\"ok\"}")
                .mustBe(400, "invalid_request")
                .get("error")
                .asString()).contains("token");
        assertThat(anybody().post("/demo/phones", "{\"token\":\"t\",\"behaviour\":\"on fire\"}")
                .mustBe(400, "invalid_request")
                .get("error")
                .asString()).contains("behaviour");
    }

    @Test
    void theSimulatedRoomsCanFailAndBeSlow() {
        var settings = anybody().get("/demo/simulator").mustBe(200);
        assertThat(settings.get("simulated").asBoolean()).isTrue();
        assertThat(settings.get("latency_ms").asInt()).isZero();
        assertThat(settings.get("failure_rate").asDouble()).isZero();

        var failing = anybody().post("/demo/simulator", "{\"latency_ms\":5,\"failure_rate\":1}").mustBe(200);
        assertThat(failing.get("failure_rate").asDouble()).isOne();
        iPhoneAndAndroid("bob");
        user("alice").post("/api/call/initiate", "{\"called_id\":\"bob-%s\"}".formatted(run))
                .mustBe(503, "room_provider_unavailable");

        refuses("{\"latency_ms\":10001,\"failure_rate\":0}", "latency_ms");
        refuses("{\"latency_ms\":-1,\"failure_rate\":0}", "latency_ms");
        refuses("{\"latency_ms\":0,\"failure_rate\":1.01}", "failure_rate");
        refuses("{\"latency_ms\":0}", "failure_rate");
        assertThat(anybody().get("/demo/simulator").mustBe(200)).isEqualTo(failing);
    }

    private void refuses(String settings, String member) {
        var problem = anybody().post("/demo/simulator", settings).mustBe(400, "invalid_request");
        assertThat(problem.get("errors").get(0).get("member").asString()).isEqualTo(member);
    }

    private Api anybody() {
        return Api.as(port, null);
    }

    private Api user(String name) {
        var token = anybody().post("/demo/token", "{\"user_id\":\"%s-%s\"}".formatted(name, run)).mustBe(200);
        return Api.as(port, token.get("token").asString());
    }

    private Api iPhoneAndAndroid(String name) {
        var user = user(name);
        register(user, "ios", voip, ",\"device_id\":\"iphone\"");
        register(user, "ios-alert", alert, ",\"device_id\":\"iphone\"");
        register(user, "android", android, ",\"device_id\":\"pixel\"");
        return user;
    }

    private static void register(Api user, String platform, String token, String more) {
        user.post("/api/push/register", "{\"platform\":\"%s\",\"token\":\"%s\"%s}".formatted(platform, token, more))
                .mustBe(200);
    }

    private void behave(String token, String behaviour) {
        anybody().post("/demo/phones", "{\"token\":\"%s\",\"behaviour\":\"%s\"}".formatted(token, behaviour))
                .mustBe(204);
    }

    private static List<JsonNode> attempts(Api caller, JsonNode call) {
        var trace = caller.get("/api/call/" + call.get("call_id").asString() + "/trace").mustBe(200);
        return elements(trace.get("deliveries")).stream()
                .flatMap(delivery -> elements(delivery.get("attempts")).stream())
                .toList();
    }

    private static List<JsonNode> elements(@Nullable JsonNode array) {
        return array == null ? List.of() : StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static JsonNode last(List<JsonNode> attempts) {
        return attempts.getLast();
    }

    private static List<String> types(PushFeed page, String token) {
        return page.pushes(token).stream().map(push -> {
            var body = body(push);
            return (body.has("message") ? body.get("message").get("data") : body).get("type").asString();
        }).toList();
    }

    private static Map<String, String> headers(JsonNode push) {
        return StreamSupport.stream(push.get("headers").spliterator(), false)
                .collect(Collectors.toMap(header -> header.get("name").asString(),
                        header -> header.get("value").asString()));
    }

    private static JsonNode body(JsonNode push) {
        return JsonMapper.shared().readTree(push.get("body").asString());
    }

    private static Instant deadline(JsonNode call) {
        return Instant.parse(call.get("expires_at").asString());
    }

    private static String hex() {
        var bytes = new byte[32];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
