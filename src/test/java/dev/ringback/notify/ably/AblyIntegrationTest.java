package dev.ringback.notify.ably;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.identity.ActionTokens;
import dev.ringback.notify.HostedBrokerContract;
import dev.ringback.notify.NoticeType;
import dev.ringback.support.Api;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.NodePeer;
import dev.ringback.support.Secrets;
import dev.ringback.support.Tokens;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/// Ably's client library at a server that checks keys, token requests and capabilities.
@EnabledIf(value = NodePeer.IS_THERE_OR_MUST_BE, disabledReason = "no node: apt-get install nodejs npm")
class AblyIntegrationTest extends HostedBrokerContract {
    private static final String KEY = "test-app.key-id:ably-secret-of-the-test-app";
    private static final String TOKEN = "/api/ably/token";
    private static final long HOUR = 3_600_000;

    private static NodePeer server;
    private static FaultProxy network;
    private static int serverPort;

    @Autowired
    private ActionTokens actions;

    @BeforeAll
    static void startServer() throws Exception {
        Secrets.used(KEY.substring(KEY.indexOf(':') + 1));
        Secrets.used(Base64.getEncoder().encodeToString(KEY.getBytes(StandardCharsets.UTF_8)));
        server = NodePeer.start("ably-server.js", KEY);
        serverPort = server.next("listening").get("port").asInt();
        network = new FaultProxy(serverPort);
    }

    @AfterAll
    static void stopServer() {
        network.close();
        server.close();
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("ringback.ably.key", () -> KEY);
        registry.add("ringback.ably.host", () -> "127.0.0.1");
        registry.add("ringback.ably.port", () -> network.port());
        registry.add("ringback.ably.tls", () -> false);
        registry.add("ringback.ably.request-timeout", () -> "3s");
    }

    @Override
    protected String name() {
        return "ably";
    }

    @Override
    protected NodePeer server() {
        return server;
    }

    @Override
    protected FaultProxy network() {
        return network;
    }

    @Override
    protected NodePeer listener(String userId) throws Exception {
        var client = client(userId);
        var connected = client.next("connected");
        assertThat(connected.get("client_id").asString()).isEqualTo(userId);
        assertThat(connected.get("capability").asString()).isEqualTo("{\"user:" + userId + "\":[\"subscribe\"]}");
        client.send(Map.of("attach", "user:" + userId));
        client.next("attached");
        return client;
    }

    private NodePeer client(String userId) throws Exception {
        return NodePeer.start("ably-client.js", Integer.toString(serverPort), Integer.toString(port),
                Tokens.of(userId));
    }

    @Test
    void aClientIsLetIntoNobodyElsesChannelAndPublishesNowhere() throws Exception {
        try (var eve = listener("eve")) {
            for (var channel : new String[]{"user:" + bob, "user:eve"}) {
                eve.send(Map.of("publish", channel));
                assertThat(eve.next("refused").get("code").asInt()).isEqualTo(40_160);
            }
            for (var channel : new String[]{"user:" + bob, "user:*", "*", "user:eve:more", "user:"}) {
                eve.send(Map.of("attach", channel));
                assertThat(eve.next("refused").get("code").asInt()).isEqualTo(40_160);
            }
            Api.user(port, alice).call(bob);
            server.next("published");
            assertThat(eve.others()).noneMatch(line -> line.has("data"));
        }
    }

    /// Whose id is a pattern to Ably gets neither all channels nor all client ids.
    @Test
    void aUserWhoIsCalledAsteriskListensToThatUserOnly() throws Exception {
        var request = Api.user(port, "*").get(TOKEN).mustBe(200);
        assertThat(request.get("capability").asString()).isEqualTo("{\"user:%2A\":[\"subscribe\"]}");
        assertThat(request.get("clientId").asString()).isEqualTo("%2A");
        try (var asterisk = client("*")) {
            asterisk.next("connected");
            asterisk.send(Map.of("attach", "user:" + bob));
            assertThat(asterisk.next("refused").get("code").asInt()).isEqualTo(40_160);
            asterisk.send(Map.of("attach", "user:%2A"));
            asterisk.next("attached");
            Api.user(port, alice).call("*");
            assertThat(heard(asterisk, NoticeType.INCOMING_CALL).get("caller_id").asString()).isEqualTo(alice);
        }
    }

    @Test
    void theQueryWidensNothing() {
        var widened = Api.user(port, bob)
                .get(TOKEN + "?clientId=mallory&ttl=864000000&timestamp=1&capability="
                        + URLEncoder.encode("{\"*\":[\"*\"]}", StandardCharsets.UTF_8))
                .mustBe(200);
        assertThat(widened.get("clientId").asString()).isEqualTo(bob);
        assertThat(widened.get("capability").asString()).isEqualTo("{\"user:" + bob + "\":[\"subscribe\"]}");
        assertThat(widened.get("ttl").asLong()).isBetween(HOUR - 60_000, HOUR);
        assertThat(widened.propertyNames()).containsExactlyInAnyOrder("keyName", "ttl", "capability", "clientId",
                "timestamp", "nonce", "mac");
    }

    @Test
    void aTokenEndsWithTheOneItWasAskedFor() {
        assertThat(ttlFor(600)).isBetween(590_000L, 600_000L);
        assertThat(ttlFor(2 * 3600)).isEqualTo(HOUR);
        // taken for the sake of clocks that differ
        assertThat(ttlFor(-10)).isEqualTo(1_000);
    }

    private long ttlFor(int seconds) {
        var expiry = Date.from(Clock.systemUTC().instant().plusSeconds(seconds));
        var token = Tokens.signed(claims -> claims.subject(bob).expirationTime(expiry));
        return Api.as(port, token).get(TOKEN).mustBe(200).get("ttl").asLong();
    }

    @Test
    void onlyTheUserAndTheOperatorsBackendMayAsk() {
        Api.as(port, null).get(TOKEN).mustBe(401, "unauthenticated");
        var ofARing = actions.mintForAnswer(UUID.randomUUID(), bob, Clock.systemUTC().instant().plusSeconds(30));
        Api.as(port, ofARing).get(TOKEN).mustBe(403, "forbidden");
        Api.user(port, "eve").get(TOKEN + "?user_id=" + alice).mustBe(403, "user_mismatch");
        Api.as(port, Tokens.server()).get(TOKEN).mustBe(400, "invalid_request");
        JsonNode named = Api.as(port, Tokens.server()).get(TOKEN + "?user_id=" + alice).mustBe(200);
        assertThat(named.get("clientId").asString()).isEqualTo(alice);
    }

    @Test
    void withoutAnAppOfPusherNobodyIsLetIntoItsChannels() {
        var api = Api.user(port, bob);
        api.post("/api/pusher/auth", "{}").mustBe(404, "not_found");
        api.post("/api/pusher/auth", "a=b", "Content-Type", "application/x-www-form-urlencoded")
                .mustBe(404, "not_found");
        api.get("/api/pusher/channel").mustBe(404, "not_found");
    }
}
