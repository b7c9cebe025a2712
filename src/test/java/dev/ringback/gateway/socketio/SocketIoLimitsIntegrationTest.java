package dev.ringback.gateway.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Tokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/// Nobody piles up sockets, or tries tokens for ever.
@TestPropertySource(properties = {"ringback.rate-limit.enabled=true", "ringback.rate-limit.sockets-per-user=2",
        "ringback.rate-limit.waiting-sockets-per-address=3", "ringback.rate-limit.anonymous-per-address=4"})
class SocketIoLimitsIntegrationTest extends SocketIoDriven {
    @Autowired
    private MeterRegistry metrics;

    @Test
    void oneSocketTooManyClosesTheOldest() throws Exception {
        try (var first = registered("many"); var second = registered("many"); var third = registered("many")) {
            assertThat(first.until("42[\"error\"")).contains("rate_limited");
            first.until("close");
            await().until(() -> sockets.all().size() == 2);
            assertThat(metrics.get("ringback.sockets").tag("kind", "socketio").gauge().value()).isEqualTo(2);
            second.send("421[\"end_call\",{}]");
            second.until("431");
            third.send("421[\"end_call\",{}]");
            third.until("431");
        }
    }

    @Test
    void anAddressHasFewSocketsThatProveNobody() throws Exception {
        var open = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(new RawClient(server.port(), "X-Forwarded-For", "198.51.100.30").greeted());
            }
            try (var refused = new RawClient(server.port(), "X-Forwarded-For", "198.51.100.30")) {
                assertThat(refused.until("44")).contains("rate_limited");
                refused.untilClosed();
            }
            new RawClient(server.port(), "X-Forwarded-For", "198.51.100.31").greeted().close();
            // who proves somebody makes room
            open.getFirst().send("42[\"register\",\"" + Tokens.of("proven") + "\"]");
            open.getFirst().until("42[\"registered\"");
            // it makes room just after it is told so; its commands are carried out in order
            open.getFirst().send("429[\"end_call\",{}]");
            open.getFirst().until("439");
            new RawClient(server.port(), "X-Forwarded-For", "198.51.100.30").greeted().close();
        } finally {
            open.forEach(RawClient::close);
        }
    }

    @Test
    void anAddressMayNotTryTokensForEver() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (var raw = new RawClient(server.port(), "X-Forwarded-For", "198.51.100.40").greeted()) {
                raw.send("42[\"register\",\"no token\"]");
                assertThat(raw.until("42[\"error\"")).contains("unauthenticated");
            }
        }
        assertThatThrownBy(() -> new RawClient(server.port(), "X-Forwarded-For", "198.51.100.40").close())
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
        assertThat(RawClient.request(server.port(), "GET", "/socket.io/?EIO=4&transport=polling", null,
                "X-Forwarded-For", "198.51.100.40").statusCode()).isEqualTo(429);
        assertThat(metrics.get("ringback.sockets.refused").tag("reason", "unauthenticated").counter().count())
                .isEqualTo(4);
    }

    private RawClient registered(String userId) throws Exception {
        var raw = new RawClient(server.port()).greeted();
        raw.send("42[\"register\",\"" + Tokens.of(userId) + "\"]");
        raw.until("42[\"registered\"");
        raw.send("429[\"end_call\",{}]");
        raw.until("439");
        return raw;
    }
}
