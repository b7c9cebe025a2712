package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.socket.WebSocketHttpHeaders;

/// What a client may not do over a socket.
@IntegrationTest
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

    @Test
    void aSocketClosesWhenItsTokenExpires() throws Exception {
        var soon = Date.from(Clock.systemUTC().instant().plus(Duration.ofSeconds(2)));
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
