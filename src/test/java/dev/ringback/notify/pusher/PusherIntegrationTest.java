package dev.ringback.notify.pusher;

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
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// pusher-js at a server that checks every signature.
@EnabledIf(value = NodePeer.IS_THERE_OR_MUST_BE, disabledReason = "no node: apt-get install nodejs npm")
class PusherIntegrationTest extends HostedBrokerContract {
    private static final String KEY = "the-public-app-key";
    private static final String SECRET = "pusher-secret-of-the-test-app";
    private static final String SOCKET = "123456.7890";

    private static NodePeer server;
    private static FaultProxy network;
    private static int serverPort;

    @Autowired
    private ActionTokens actions;

    @BeforeAll
    static void startServer() throws Exception {
        Secrets.used(SECRET);
        server = NodePeer.start("pusher-server.js", "4711", KEY, SECRET);
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
        registry.add("ringback.pusher.app-id", () -> "4711");
        registry.add("ringback.pusher.key", () -> KEY);
        registry.add("ringback.pusher.secret", () -> SECRET);
        registry.add("ringback.pusher.host", () -> "127.0.0.1:" + network.port());
        registry.add("ringback.pusher.tls", () -> false);
    }

    @Override
    protected String name() {
        return "pusher";
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
    protected String event(NoticeType type) {
        return PusherPublisher.eventName(type);
    }

    @Override
    protected NodePeer listener(String userId) throws Exception {
        var client = client(userId);
        client.send(Map.of("user", userId));
        assertThat(client.next("subscribed").get("channel").asString()).isEqualTo(channelOf(userId));
        return client;
    }

    private NodePeer client(String userId) throws Exception {
        return NodePeer.start("pusher-client.js", KEY, Integer.toString(serverPort), Integer.toString(port),
                Tokens.of(userId));
    }

    private String channelOf(String userId) {
        var own = Api.user(port, userId).get("/api/pusher/channel").mustBe(200);
        assertThat(own.get("key").asString()).isEqualTo(KEY);
        return own.get("channel").asString();
    }

    @Test
    void aClientIsLetIntoNobodyElsesChannel() throws Exception {
        try (var eve = client("eve")) {
            for (var channel : new String[]{channelOf(bob), "presence-user-eve", "private-encrypted-user-eve"}) {
                eve.send(Map.of("subscribe", channel));
                assertThat(eve.next("not_subscribed").toString()).contains(channel, "403");
            }
            // with the word for her own
            var own = eve.next("connected").get("socket_id").asString();
            var word = authorized("eve", own, channelOf("eve"));
            eve.send(Map.of("subscribe", channelOf(bob), "auth", word));
            assertThat(eve.next("not_subscribed").toString()).contains("Invalid signature");
            Api.user(port, alice).call(bob);
            server.next("published");
            assertThat(eve.others()).noneMatch(line -> line.path("event").asString().equals("incoming-call"));
        }
    }

    private String authorized(String userId, String socketId, String channel) {
        return Api.user(port, userId)
                .post("/api/pusher/auth", body(socketId, channel))
                .mustBe(200)
                .get("auth")
                .asString();
    }

    @Test
    void formAndJsonAreSignedAlike() {
        var channel = channelOf(bob);
        var form = "socket_id=%s&channel_name=%s".formatted(SOCKET, URLEncoder.encode(channel, StandardCharsets.UTF_8));
        assertThat(form(form).mustBe(200).get("auth").asString()).startsWith(KEY + ":")
                .isEqualTo(authorized(bob, SOCKET, channel));
    }

    private Api.Answer form(String body) {
        return Api.user(port, bob)
                .post("/api/pusher/auth", body, "Content-Type", "application/x-www-form-urlencoded");
    }

    @Test
    void onlyTheUserAndTheOperatorsBackendMayAsk() {
        var body = body(SOCKET, channelOf(bob));
        Api.as(port, null).post("/api/pusher/auth", body).mustBe(401, "unauthenticated");
        var ofARing = actions.mintForAnswer(UUID.randomUUID(), bob, Clock.systemUTC().instant().plusSeconds(30));
        Api.as(port, ofARing).post("/api/pusher/auth", body).mustBe(403, "forbidden");
        Api.as(port, ofARing).get("/api/pusher/channel").mustBe(403, "forbidden");
        Api.user(port, "eve").post("/api/pusher/auth", body).mustBe(403, "forbidden");
        var named = body.replace("}", ",\"user_id\":\"" + bob + "\"}");
        Api.user(port, "eve").post("/api/pusher/auth", named).mustBe(403, "user_mismatch");
        Api.as(port, Tokens.server()).post("/api/pusher/auth", body).mustBe(400, "invalid_request");
        Api.as(port, Tokens.server()).post("/api/pusher/auth", named).mustBe(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.", ".1", "1.2.3", "a.b", "1.2:private-user-eve", "1.2\\n", " 1.2", "-1.2",
            "1,2",
            "١.٢", "1.222222222222222222222222222222222"})
    void whatIsNoSocketIdIsNotSigned(String socketId) {
        var problem = Api.user(port, bob).post("/api/pusher/auth", body(socketId, channelOf(bob)));
        problem.mustBe(400, "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "private-user-bob:1", "private user", "private-user-*", "private-user-é"})
    void whatIsNoChannelIsNotSigned(String channel) {
        Api.user(port, bob).post("/api/pusher/auth", body(SOCKET, channel)).mustBe(400, "invalid_request");
    }

    @Test
    void whatIsMissingOrOfAnotherKindIsNotSigned() {
        var api = Api.user(port, bob);
        api.post("/api/pusher/auth", "{}").mustBe(400, "invalid_request");
        api.post("/api/pusher/auth", "{\"socket_id\":1.2,\"channel_name\":\"a\"}").mustBe(400, "invalid_request");
        api.post("/api/pusher/auth", "[").mustBe(400, "invalid_request");
        form("socket_id=" + SOCKET).mustBe(400, "invalid_request");
        form("socket_id=" + SOCKET + "&socket_id=1.1&channel_name=private-user-x").mustBe(400, "invalid_request");
        api.post("/api/pusher/auth", "<a/>", "Content-Type", "text/xml").mustBe(415, "unsupported_media_type");
    }

    @Test
    void withoutAKeyOfAblyThereAreNoTokensForIt() {
        Api.user(port, bob).get("/api/ably/token").mustBe(404, "not_found");
    }

    private static String body(String socketId, String channel) {
        return "{\"socket_id\":\"%s\",\"channel_name\":\"%s\"}".formatted(socketId, channel);
    }
}
