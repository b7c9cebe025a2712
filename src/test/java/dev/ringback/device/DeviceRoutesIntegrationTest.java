package dev.ringback.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/// Registering devices, over HTTP.
@IntegrationTest
@TestPropertySource(properties = {"ringback.web-push.allowed-hosts=localhost",
        "ringback.web-push.allow-private-addresses=true"})
@ExtendWith(OutputCaptureExtension.class)
class DeviceRoutesIntegrationTest {
    @LocalServerPort
    private int port;
    @Autowired
    private JdbcClient jdbc;
    @Autowired
    private Devices devices;

    private String alice;
    private String bob;
    private Api asAlice;
    private Api asBob;

    @BeforeEach
    void users() {
        alice = "alice-" + UUID.randomUUID();
        bob = "bob-" + UUID.randomUUID();
        asAlice = Api.user(port, alice);
        asBob = Api.user(port, bob);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ios", "ios-alert", "android", "fcm-ios", "fcm-web"})
    void everyPlatformIsRegistered(String platform) {
        var token = platform.startsWith("ios") ? Samples.apnsToken() : Samples.fcmToken();
        var device = register(asAlice, platform, token, ",\"device_id\":\"d1\",\"app_id\":\"com.example.app\"");
        assertThat(device.get("device_id").asString()).isEqualTo("d1");
        assertThat(device.get("registered_at").asString()).endsWith("Z");
        var shown = device.get("tokens").get(0);
        assertThat(shown.get("platform").asString()).isEqualTo(platform);
        assertThat(shown.get("app_id").asString()).isEqualTo("com.example.app");
        assertThat(shown.get("environment").asString()).isEqualTo("production");
        assertThat(shown.get("token").asString()).isEqualTo("…" + token.substring(token.length() - 4));
        assertThat(tokensOf(alice)).containsExactly(token);
    }

    @Test
    void aBrowserSubscribesAndUnsubscribes() {
        var endpoint = Samples.endpoint();
        var device = subscribe(asAlice, endpoint, "");
        assertThat(device.get("tokens").get(0).get("platform").asString()).isEqualTo("web");
        assertThat(device.toString()).doesNotContain(endpoint, Samples.P256DH, Samples.AUTH);
        var stored = devices.tokensOf(List.of(alice)).getFirst();
        assertThat(stored.token()).isEqualTo(endpoint);
        assertThat(stored.webPushKeys()).isEqualTo(new PushToken.WebPushKeys(Samples.P256DH, Samples.AUTH));

        var body = "{\"endpoint\":\"%s\"}".formatted(endpoint);
        asAlice.post("/api/push/unsubscribe", body).mustBe(204);
        assertThat(tokensOf(alice)).isEmpty();
        asAlice.post("/api/push/unsubscribe", body).mustBe(204);
    }

    @Test
    void aBrowserRenewsItsSubscriptionByTheOldOnesSecret() {
        var old = Samples.endpoint();
        subscribe(asAlice, old, ",\"device_id\":\"browser\"");
        var fresh = Samples.endpoint();
        var stranger = Api.as(port, null);
        for (var guess : List.of(Samples.AUTH.replaceFirst("^..", "AA"), "x")) {
            stranger.post("/api/push/renew", renewal(old, guess, fresh)).mustBe(404, "not_found");
        }
        assertThat(tokensOf(alice)).containsExactly(old);
        stranger.post("/api/push/renew", renewal(old, Samples.AUTH, fresh)).mustBe(204);
        assertThat(tokensOf(alice)).containsExactly(fresh);
        assertThat(devices.tokensOf(List.of(alice)).getFirst().deviceId()).isEqualTo("browser");
        // the old one is gone, and with it the proof
        stranger.post("/api/push/renew", renewal(old, Samples.AUTH, Samples.endpoint())).mustBe(404, "not_found");
        stranger.post("/api/push/renew", renewal(fresh, Samples.AUTH, "https://127.0.0.1/x"))
                .mustBe(400, "invalid_request");
        assertThat(tokensOf(alice)).containsExactly(fresh);
    }

    @Test
    void unsubscribeDropsNothingButSubscriptions() {
        var token = Samples.fcmToken();
        register(asAlice, "android", token, "");
        asAlice.post("/api/push/unsubscribe", "{\"endpoint\":\"%s\"}".formatted(token)).mustBe(204);
        assertThat(tokensOf(alice)).containsExactly(token);
    }

    @Test
    void anIphoneHasTwoTokensAndIsOneDevice() {
        register(asAlice, "ios-alert", Samples.apnsToken(), ",\"device_id\":\"iphone\"");
        var device = register(asAlice, "ios", Samples.apnsToken(), ",\"device_id\":\"iphone\"");
        assertThat(device.get("tokens").valueStream().map(t -> t.get("platform").asString())).containsExactly("ios",
                "ios-alert");
        assertThat(asAlice.get("/api/push/devices").mustBe(200).get("devices")).hasSize(1);
    }

    @Test
    void devicesAreListedWithMaskedTokensToTheirUserOnly() {
        var token = Samples.fcmToken();
        register(asAlice, "android", token, ",\"device_id\":\"first\"");
        register(asAlice, "android", Samples.fcmToken(), ",\"device_id\":\"second\"");
        var listed = asAlice.get("/api/push/devices").mustBe(200);
        assertThat(listed.get("devices").valueStream().map(d -> d.get("device_id").asString()))
                .containsExactly("second", "first");
        assertThat(listed.toString()).doesNotContain(token.substring(0, token.length() - 4));
        assertThat(asBob.get("/api/push/devices").mustBe(200).get("devices")).isEmpty();
        asBob.get("/api/push/devices?user_id=" + alice).mustBe(403, "user_mismatch");
    }

    @Test
    void nobodyRegistersForSomebodyElse() {
        asBob.post("/api/push/register", body("android", Samples.fcmToken(), ",\"uid\":\"" + alice + "\""))
                .mustBe(403, "user_mismatch");
        asBob.post("/api/push/subscribe", "{\"subscription\":%s,\"user_id\":\"%s\"}"
                .formatted(Samples.subscription(Samples.endpoint()), alice)).mustBe(403, "user_mismatch");
        asBob.post("/api/push/unregister", "{\"device_id\":\"x\",\"uid\":\"%s\"}".formatted(alice))
                .mustBe(403, "user_mismatch");
        assertThat(tokensOf(alice)).isEmpty();
        Api.as(port, null)
                .post("/api/push/register", body("android", Samples.fcmToken(), ""))
                .mustBe(401, "unauthenticated");
    }

    @Test
    void aServerTokenActsForTheUserItNames() {
        var server = Api.as(port, Tokens.server());
        var token = Samples.fcmToken();
        register(server, "android", token, ",\"device_id\":\"d\",\"uid\":\"" + alice + "\"");
        subscribe(server, Samples.endpoint(), ",\"device_id\":\"b\",\"user_id\":\"" + alice + "\"");
        assertThat(tokensOf(alice)).hasSize(2);
        assertThat(server.get("/api/push/devices?user_id=" + alice).mustBe(200).get("devices")).hasSize(2);
        invalid(server, "register", body("android", Samples.fcmToken(), ""), "uid");
        invalid(server, "unregister", "{\"device_id\":\"d\"}", "uid");
        server.post("/api/push/unregister", "{\"token\":\"%s\"}".formatted(token)).mustBe(204);
        server.post("/api/push/unregister", "{\"device_id\":\"b\",\"uid\":\"%s\"}".formatted(alice)).mustBe(204);
        assertThat(tokensOf(alice)).isEmpty();
    }

    @Test
    void aTokenMovesToWhoeverRegistersIt() {
        var token = Samples.apnsToken();
        register(asAlice, "ios", token, ",\"device_id\":\"phone\"");
        register(asBob, "ios", token, ",\"device_id\":\"phone\"");
        assertThat(tokensOf(alice)).isEmpty();
        assertThat(tokensOf(bob)).containsExactly(token);
    }

    @Test
    void aSubscriptionMovesToo() {
        var endpoint = Samples.endpoint();
        subscribe(asAlice, endpoint, "");
        subscribe(asBob, endpoint, "");
        assertThat(tokensOf(alice)).isEmpty();
        assertThat(tokensOf(bob)).containsExactly(endpoint);
    }

    @Test
    void whoMovesATokenDoesNotLearnItsOldDeviceId() {
        var token = Samples.apnsToken();
        var old = register(asAlice, "ios", token, "").get("device_id").asString();
        assertThat(register(asBob, "ios", token, "").get("device_id").asString()).isNotEqualTo(old);
    }

    @Test
    void aNewTokenOfADeviceReplacesTheOldOne() {
        register(asAlice, "ios", Samples.apnsToken(), ",\"device_id\":\"phone\"");
        register(asBob, "ios", Samples.apnsToken(), ",\"device_id\":\"phone\"");
        var bobs = tokensOf(bob);
        var next = Samples.apnsToken();
        register(asAlice, "ios", next, ",\"device_id\":\"phone\"");
        assertThat(tokensOf(alice)).containsExactly(next);
        assertThat(tokensOf(bob)).isEqualTo(bobs);
    }

    @Test
    void withoutADeviceIdTheTokenKeepsTheOneItHas() {
        var token = Samples.apnsToken();
        var made = register(asAlice, "ios", token, "").get("device_id").asString();
        assertThat(UUID.fromString(made).version()).isEqualTo(4);
        assertThat(register(asAlice, "ios", token, "").get("device_id").asString()).isEqualTo(made);
        // under another platform as well: it was handed in wrongly before
        assertThat(register(asAlice, "ios-alert", token, "").get("device_id").asString()).isEqualTo(made);
        assertThat(tokensOf(alice)).containsExactly(token);
        assertThat(register(asAlice, "ios", token, ",\"device_id\":\"named\"").get("device_id").asString())
                .isEqualTo("named");
        assertThat(tokensOf(alice)).containsExactly(token);
    }

    @Test
    void upperCaseHexadecimalIsTheSameToken() {
        var token = Samples.apnsToken();
        var upper = token.toUpperCase(Locale.ROOT);
        var device = register(asAlice, "ios", upper, "").get("device_id");
        assertThat(tokensOf(alice)).containsExactly(token);
        assertThat(register(asAlice, "ios", token, "").get("device_id")).isEqualTo(device);
        asAlice.post("/api/push/unregister", "{\"token\":\"%s\"}".formatted(upper)).mustBe(204);
        assertThat(tokensOf(alice)).isEmpty();
    }

    @Test
    void theEnvironmentThatWasFoundOutStaysUntilTheAppSaysOtherwise() {
        var token = Samples.apnsToken();
        register(asAlice, "ios", token, "");
        devices.answersIn(devices.tokensOf(List.of(alice)).getFirst(), Environment.SANDBOX);
        assertThat(environment(register(asAlice, "ios", token, ""))).isEqualTo("sandbox");
        assertThat(environment(register(asBob, "ios", token, ""))).isEqualTo("sandbox");
        assertThat(environment(register(asBob, "ios", token, ",\"environment\":\"production\"")))
                .isEqualTo("production");
        assertThat(environment(register(asBob, "android", Samples.fcmToken(), ",\"environment\":\"sandbox\"")))
                .isEqualTo("production");
    }

    @Test
    void toKnowATokenIsEnoughToDropIt() {
        var token = Samples.apnsToken();
        register(asAlice, "ios", token, "");
        // the phone has changed its account: alice's session is gone, bob's is there
        asBob.post("/api/push/unregister", "{\"token\":\"%s\"}".formatted(token)).mustBe(204);
        assertThat(tokensOf(alice)).isEmpty();
        asBob.post("/api/push/unregister", "{\"token\":\"%s\"}".formatted(token)).mustBe(204);
    }

    @Test
    void aDeviceIsDroppedByItsOwnUserOnly() {
        for (var platform : List.of("ios", "ios-alert")) {
            register(asAlice, platform, Samples.apnsToken(), ",\"device_id\":\"phone\"");
        }
        register(asAlice, "android", Samples.fcmToken(), ",\"device_id\":\"other\"");
        asBob.post("/api/push/unregister", "{\"device_id\":\"phone\"}").mustBe(204);
        assertThat(tokensOf(alice)).hasSize(3);
        asAlice.post("/api/push/unregister", "{\"device_id\":\"phone\"}").mustBe(204);
        assertThat(devices.tokensOf(List.of(alice))).extracting(PushToken::deviceId).containsExactly("other");
        asAlice.post("/api/push/unregister", "{\"device_id\":\"phone\"}").mustBe(204);
    }

    @Test
    void theTwentyFirstDeviceDisplacesTheOneLongestUnused() {
        for (int i = 0; i < Registrations.MAX_DEVICES; i++) {
            for (var platform : List.of("ios", "ios-alert")) {
                register(asAlice, platform, Samples.apnsToken(), ",\"device_id\":\"d" + i + "\"");
            }
        }
        jdbc.sql("update push_token set used_at = now() - interval '2 days' where user_id = ? and device_id = 'd7'")
                .param(alice)
                .update();
        // one token of the oldest device was used since: the device counts as used
        jdbc.sql("""
                update push_token set used_at = now() - interval '3 days'
                where user_id = ? and device_id = 'd3' and platform = 'ios'""").param(alice).update();
        register(asAlice, "ios", Samples.apnsToken(), ",\"device_id\":\"new\"");
        var left = devices.tokensOf(List.of(alice)).stream().map(PushToken::deviceId).distinct();
        var expected = Stream.concat(IntStream.range(0, 20).filter(i -> i != 7).mapToObj(i -> "d" + i),
                Stream.of("new"));
        assertThat(left).containsExactlyInAnyOrderElementsOf(expected.toList());
    }

    static Stream<Arguments> badBodies() {
        var fcm = Samples.fcmToken();
        var apns = Samples.apnsToken();
        return Stream.of(arguments("register", "{}", "platform"),
                arguments("register", "{\"platform\":\"android\"}", "token"),
                arguments("register", "{\"token\":\"x\"}", "platform"),
                arguments("register", body("windows", fcm, ""), "platform"),
                arguments("register", body("IOS", apns, ""), "platform"),
                arguments("register", body("web", fcm, ""), "platform"),
                arguments("register", "{\"platform\":1,\"token\":\"x\"}", "platform"),
                arguments("register", "{\"platform\":\"ios\",\"token\":7}", "token"),
                arguments("register", body("ios", fcm, ""), "token"),
                arguments("register", body("ios", apns.substring(2), ""), "token"),
                arguments("register", body("ios", apns + "0", ""), "token"),
                arguments("register", body("ios", apns + "0g", ""), "token"),
                arguments("register", body("ios-alert", "ab".repeat(101), ""), "token"),
                arguments("register", body("ios", "", ""), "token"),
                arguments("register", body("android", "short", ""), "token"),
                arguments("register", body("android", fcm + " ", ""), "token"),
                arguments("register", body("android", fcm + "/../x", ""), "token"),
                arguments("register", body("android", fcm + "\\u0000", ""), "token"),
                arguments("register", body("fcm-web", "x".repeat(2049), ""), "token"),
                arguments("register", body("android", fcm, ",\"device_id\":\"\""), "device_id"),
                arguments("register", body("android", fcm, ",\"device_id\":\"a\\u0000\""), "device_id"),
                arguments("register", body("android", fcm, ",\"uid\":\" \""), "uid"),
                arguments("register", body("android", fcm, ",\"app_id\":\"\""), "app_id"),
                arguments("register", body("android", fcm, ",\"app_id\":\"a b\""), "app_id"),
                arguments("register", body("android", fcm, ",\"app_id\":\"" + "x".repeat(156) + "\""), "app_id"),
                arguments("register", body("ios", apns, ",\"environment\":\"test\""), "environment"),
                arguments("unregister", "{}", "token"),
                arguments("unregister", "{\"token\":\"\"}", "token"),
                arguments("unregister", "{\"token\":\"a\\u0000\"}", "token"),
                arguments("unregister", "{\"device_id\":\"\"}", "device_id"),
                arguments("subscribe", "{}", "subscription"),
                arguments("subscribe", "{\"subscription\":\"x\"}", "subscription"),
                arguments("subscribe", "{\"subscription\":{}}", "subscription.endpoint"),
                arguments("subscribe", "{\"subscription\":{\"endpoint\":\"https://localhost/x\"}}",
                        "subscription.keys"),
                arguments("subscribe", "{\"subscription\":" + Samples.subscription("http://localhost/x") + "}",
                        "subscription.endpoint"),
                arguments("subscribe", "{\"subscription\":" + Samples.subscription("https://127.0.0.1/x") + "}",
                        "subscription.endpoint"),
                arguments("subscribe",
                        "{\"subscription\":" + Samples.subscription("https://localhost/" + "x".repeat(2048))
                                + "}",
                        "subscription.endpoint"),
                arguments("subscribe",
                        "{\"subscription\":"
                                + Samples.subscription(Samples.endpoint()).replace(Samples.P256DH, "BCVxsr7N") + "}",
                        "subscription.keys"),
                arguments("subscribe",
                        "{\"subscription\":" + Samples.subscription(Samples.endpoint()).replace(Samples.AUTH, "BTBZ")
                                + "}",
                        "subscription.keys"),
                arguments("unsubscribe", "{}", "endpoint"),
                arguments("unsubscribe", "{\"endpoint\":\"\"}", "endpoint"));
    }

    @ParameterizedTest(name = "{0} {2}: {1}")
    @MethodSource("badBodies")
    void aWrongMemberIsNamedAndNothingIsStored(String route, String body, String member) {
        invalid(asAlice, route, body, member);
        assertThat(tokensOf(alice)).isEmpty();
    }

    @Test
    void noTokenIsPrintedOrLogged(CapturedOutput output) {
        var token = Samples.fcmToken();
        var endpoint = Samples.endpoint();
        register(asAlice, "android", token, "");
        subscribe(asAlice, endpoint, "");
        asAlice.post("/api/push/register", body("ios", token, "")).mustBe(400);
        asAlice.post("/api/push/unregister", "{\"token\":\"%s\"}".formatted(token)).mustBe(204);
        subscribe(asBob, endpoint, "");

        var stored = devices.tokensOf(List.of(bob)).getFirst();
        assertThat(List.of(stored, new DeviceRequests.Register(Platform.IOS, token, null, null, null, null),
                new DeviceRequests.Unregister(token, null, null), new DeviceRequests.Unsubscribe(token),
                new DeviceRequests.Subscription(token, new DeviceRequests.Keys(token, token)),
                new NewToken("u", null, Platform.IOS, token, stored.webPushKeys(), null, null)).toString())
                .doesNotContain(token, endpoint, Samples.P256DH, Samples.AUTH);
        assertThat(output.getAll()).doesNotContain(token, endpoint, Samples.P256DH, Samples.AUTH);
        // the database would quote the row that is in the way
        assertThatThrownBy(() -> jdbc.sql("""
                insert into push_token (user_id, device_id, platform, token, environment, registered_at, used_at)
                select 'x', 'y', platform, token, environment, registered_at, used_at from push_token
                where token = ?""").param(endpoint).update())
                .isInstanceOf(DataIntegrityViolationException.class)
                .satisfies(failure -> assertThat(failure.getCause()).hasMessageContaining("push_token_owner"))
                .satisfies(failure -> assertThat(failure.toString() + failure.getCause()).doesNotContain(endpoint));
    }

    private List<String> tokensOf(String userId) {
        return devices.tokensOf(List.of(userId)).stream().map(PushToken::token).toList();
    }

    private static String environment(JsonNode device) {
        return device.get("tokens").get(0).get("environment").asString();
    }

    private static String body(String platform, String token, String more) {
        return "{\"platform\":\"%s\",\"token\":\"%s\"%s}".formatted(platform, token, more);
    }

    private static JsonNode register(Api user, String platform, String token, String more) {
        return user.post("/api/push/register", body(platform, token, more)).mustBe(200);
    }

    private static String renewal(String old, String auth, String endpoint) {
        return "{\"old\":{\"endpoint\":\"%s\",\"auth\":\"%s\"},\"subscription\":%s}".formatted(old, auth,
                Samples.subscription(endpoint));
    }

    private static JsonNode subscribe(Api user, String endpoint, String more) {
        return user.post("/api/push/subscribe",
                "{\"subscription\":%s%s}".formatted(Samples.subscription(endpoint), more)).mustBe(200);
    }

    private static void invalid(Api user, String route, String body, String member) {
        var problem = user.post("/api/push/" + route, body).mustBe(400, "invalid_request");
        assertThat(problem.get("errors").get(0).get("member").asString()).isEqualTo(member);
    }
}
