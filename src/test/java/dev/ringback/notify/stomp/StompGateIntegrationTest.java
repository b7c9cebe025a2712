package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.socket.WebSocketHttpHeaders;

/// What a client may not do over a socket.
@IntegrationTest
@ExtendWith(OutputCaptureExtension.class)
class StompGateIntegrationTest {
    @LocalServerPort
    private int port;

    @ParameterizedTest
    @ValueSource(strings = {"/queue/**", "/queue/*", "/queue/calls", "/queue/calls-user*", "/user/queue/*",
            "/user/queue/**", "/user/alice/queue/calls", "/user/*/queue/calls", "/topic/x", "/app/call/initiate",
            "/**", "**", "/user/queue/calls/", "/USER/queue/calls"})
    void onlyTheOwnQueuesCanBeSubscribedTo(String destination) throws Exception {
        try (var alice = StompUser.connected(port, "alice");
                var mallory = StompUser.connect(port, Tokens.of("mallory"))) {
            mallory.subscribe(destination, null);
            assertThat(mallory.refusal()).isEqualTo("nothing to subscribe to at this destination");
            Api.user(port, "bob").call("alice");
            alice.next("incoming_call");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/user/alice/queue/calls", "/queue/calls", "/queue/calls-user1", "/topic/x",
            "/user/queue/calls", "/app/call/unknown", "/app/call/initiate/x", "/app/call/../call/initiate", "/app/"})
    void onlyCommandsCanBeSent(String destination) throws Exception {
        try (var alice = StompUser.connected(port, "alice2");
                var mallory = StompUser.connect(port, Tokens.of("mallory"))) {
            mallory.sendTo(destination, "{\"type\":\"incoming_call\"}");
            assertThat(mallory.refusal()).isEqualTo("this destination takes nothing");
            alice.nothingMore();
        }
    }

    @Test
    void aSocketWithoutAGoodTokenIsRefused() {
        for (var token : new String[]{null, "", "x.y.z", Tokens.of("alice") + "x"}) {
            assertThatThrownBy(() -> StompUser.connect(port, token)).as("token " + token).isNotNull();
        }
    }

    /// What Spring says of such a frame repeats it, and it may hold a token.
    @Test
    void aFrameThatCannotBeReadIsRefusedAndLoggedNowhere(CapturedOutput output) throws Exception {
        var heard = new CompletableFuture<String>();
        var closed = new CompletableFuture<Integer>();
        try (var client = HttpClient.newHttpClient()) {
            var socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + port + "/ws"), new WebSocket.Listener() {
                        @Override
                        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                            heard.complete(text.toString());
                            socket.request(1);
                            return null;
                        }

                        @Override
                        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                            closed.complete(status);
                            return null;
                        }
                    })
                    .get(30, TimeUnit.SECONDS);
            socket.sendText("CONNECT\nAuthorization Bearer a-secret-token\n\n\0", true).get(30, TimeUnit.SECONDS);
            assertThat(heard.get(30, TimeUnit.SECONDS)).startsWith("ERROR\n").contains("message:malformed frame");
            assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo(1002);
        }
        assertThat(output).doesNotContain("a-secret-token");
    }

    /// Java says of a number that it cannot read what stands in its place.
    @Test
    void aHeaderThatCannotBeReadIsNotLogged(CapturedOutput output) throws Exception {
        try (var raw = new RawSocket(port)) {
            raw.send("CONNECT\nheart-beat:a-secret-token,1\n\n\0");
            assertThat(raw.next()).startsWith("ERROR\n").doesNotContain("a-secret-token");
        }
        assertThat(output).contains(NumberFormatException.class.getName()).doesNotContain("a-secret-token");
    }

    @Test
    void aSocketClosesWhenItsTokenExpires() throws Exception {
        var soon = Date.from(Clock.systemUTC().instant().plus(Duration.ofSeconds(5)));
        try (var alice = StompUser.connect(port, Tokens.signed(c -> c.subject("alice").expirationTime(soon)))) {
            alice.waitUntilClosed();
        }
    }

    @Test
    void aPageOfAnotherOriginIsRefused() throws Exception {
        var evil = new WebSocketHttpHeaders();
        evil.setOrigin("https://evil.example");
        assertThatThrownBy(() -> StompUser.connect(port, Tokens.of("alice"), evil)).isNotNull();
        var own = new WebSocketHttpHeaders();
        own.setOrigin("http://localhost:" + port);
        StompUser.connect(port, Tokens.of("alice"), own).close();
    }

    @Test
    void oneSocketCannotPileUpSubscriptions() throws Exception {
        try (var alice = StompUser.connect(port, Tokens.of("alice"))) {
            for (int i = 0; i <= ExactSubscriptions.MAX_PER_SESSION; i++) {
                alice.subscribe("/user/queue/calls", null);
            }
            assertThat(alice.refusal()).isEqualTo("too many subscriptions");
        }
    }
}
