package dev.ringback.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.time.Duration;
import java.util.Date;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.socket.WebSocketHttpHeaders;

/// The limits at every door: HTTP, socket, handshake. Each test calls from an address and as users of its own.
@IntegrationTest
@TestPropertySource(properties = {"ringback.rate-limit.enabled=true", "ringback.rate-limit.anonymous-per-address=5",
        "ringback.rate-limit.initiates-per-user=8", "ringback.rate-limit.initiates-per-pair=3",
        "ringback.rate-limit.rings-per-called-user=6", "ringback.http.trusted-proxies=127.0.0.1,::1"})
class RateLimitIntegrationTest {
    @LocalServerPort
    private int port;
    @Autowired
    private SettableClock clock;
    @Autowired
    private JdbcClient jdbc;

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {
        @Bean
        @Primary
        SettableClock settableClock() {
            return new SettableClock();
        }
    }

    @BeforeEach
    void everybodyIsRested() {
        clock.advance(Duration.ofMinutes(2));
    }

    @Test
    void aCallerWhoRingsOneUserTooOftenIsToldWhenToTryAgain() {
        var alice = user("pair-alice");
        for (int i = 0; i < 3; i++) {
            alice.call("pair-bob");
        }
        long calls = calls();
        var refused = alice.post("/api/call/initiate", "{\"called_id\":\"pair-bob\"}");
        assertThat(refused.mustBe(429, "rate_limited").get("retry_after").asLong()).isEqualTo(20);
        assertThat(refused.response().headers().firstValue("Retry-After")).hasValue("20");
        assertThat(calls()).isEqualTo(calls);
        clock.advance(Duration.ofSeconds(20));
        alice.call("pair-bob");
    }

    @Test
    void theSocketCountsTheSame() throws Exception {
        try (var socket = StompUser.connect(port, token("socket-alice"))) {
            socket.subscribe("/user/queue/replies", null);
            for (int i = 0; i < 2; i++) {
                socket.send("initiate", "{\"called_id\":\"socket-bob\"}").mustBe(201);
            }
            user("socket-alice").call("socket-bob");
            var problem = socket.send("initiate", "{\"called_id\":\"socket-bob\"}").mustBe(429, "rate_limited");
            assertThat(problem.get("retry_after").asLong()).isEqualTo(20);
        }
    }

    @Test
    void aReplayCostsNothing() {
        var alice = user("replay-alice");
        var body = "{\"called_id\":\"replay-bob\"}";
        var first = alice.post("/api/call/initiate", body, "Idempotency-Key", "k").mustBe(201);
        for (int i = 0; i < 10; i++) {
            assertThat(alice.post("/api/call/initiate", body, "Idempotency-Key", "k").mustBe(201).get("call_id"))
                    .isEqualTo(first.get("call_id"));
        }
        alice.call("replay-bob");
        alice.call("replay-bob");
        alice.post("/api/call/initiate", body, "Idempotency-Key", "other").mustBe(429, "rate_limited");
        alice.post("/api/call/initiate", body, "Idempotency-Key", "k").mustBe(201);
    }

    @Test
    void ringingTheSameUserAgainAndAgainInOneCallCounts() {
        var alice = user("invite-alice");
        var call = alice.call("invite-bob");
        var again = ",\"user_ids\":[\"invite-bob\"]";
        alice.command("invite", call, again).mustBe(200);
        alice.command("invite", call, again).mustBe(200);
        alice.command("invite", call, again).mustBe(429, "rate_limited");
        alice.post("/api/call/initiate", "{\"called_id\":\"invite-bob\"}").mustBe(429, "rate_limited");
    }

    @Test
    void anInvitationThatRingsNobodyUsesUpNothing() {
        var call = user("quiet-alice").call("quiet-bob");
        for (int i = 0; i < 4; i++) {
            var outsider = user("quiet-outsider-" + i);
            for (int j = 0; j < 4; j++) {
                outsider.command("invite", call, ",\"user_ids\":[\"quiet-bob\"]").mustBe(403, "not_a_party");
                outsider.post("/api/call/invite", "{\"call_id\":\"%s\",\"user_ids\":[\"quiet-bob\"]}"
                        .formatted(UUID.randomUUID())).mustBe(404, "call_not_found");
            }
        }
        user("quiet-alice").call("quiet-bob");
    }

    @Test
    void aVictimIsNotFloodedHoweverManyCallersJoinIn() {
        for (int i = 0; i < 6; i++) {
            user("flood-" + i).call("flood-victim");
        }
        var refused = user("flood-7").post("/api/call/initiate", "{\"called_id\":\"flood-victim\"}");
        // nothing says whose limit it was
        assertThat(refused.mustBe(429, "rate_limited").propertyNames())
                .containsExactlyInAnyOrder("title", "status", "detail", "instance", "code", "error", "request_id",
                        "retry_after");
        assertThat(refused.response().body()).doesNotContain("victim", "called");
        user("flood-7").call("flood-other");
        // the backend may
        Api.as(port, Tokens.signed(c -> c.subject("backend").claim("scope", "server").expirationTime(later())))
                .post("/api/call/initiate", "{\"caller_id\":\"flood-7\",\"called_id\":\"flood-victim\"}")
                .mustBe(201);
    }

    @Test
    void whoProvesNobodyIsLimitedByAddressAndAGoodTokenPassesAllTheSame() {
        var from = "198.51.100.1";
        var nobody = Api.as(port, null);
        for (var path : new String[]{"/api/call/active", "/api/push/vapid-public-key", "/nonsense"}) {
            assertThat(nobody.get(path, "X-Forwarded-For", from).status()).isNotEqualTo(429);
        }
        Api.as(port, "x.y.z").get("/api/call/active", "X-Forwarded-For", from).mustBe(401, "unauthenticated");
        nobody.post("/api/push/renew", "{}", "X-Forwarded-For", from).mustBe(400, "invalid_request");

        for (var path : new String[]{"/api/call/active", "/api/push/vapid-public-key", "/nonsense", "/ws"}) {
            var refused = nobody.get(path, "X-Forwarded-For", from);
            refused.mustBe(429, "rate_limited");
            assertThat(refused.response().headers().firstValue("Retry-After")).hasValue("12");
        }
        Api.as(port, "x.y.z").get("/api/call/active", "X-Forwarded-For", from).mustBe(429, "rate_limited");
        nobody.post("/api/push/renew", "{}", "X-Forwarded-For", from).mustBe(429, "rate_limited");
        // pages, files and health are for everybody
        for (var path : new String[]{"/ringback.js", "/actuator/health", "/trace/x"}) {
            assertThat(nobody.get(path, "X-Forwarded-For", from).status()).as(path).isEqualTo(200);
        }
        // so is everything for a good token
        user("neighbour").get("/api/call/active", "X-Forwarded-For", from).mustBe(200);
        user("neighbour").get("/api/push/vapid-public-key", "X-Forwarded-For", from).mustBe(200);
        // and other addresses
        nobody.get("/api/call/active", "X-Forwarded-For", "198.51.100.2").mustBe(401, "unauthenticated");
        clock.advance(Duration.ofSeconds(12));
        nobody.get("/api/call/active", "X-Forwarded-For", from).mustBe(401, "unauthenticated");
    }

    @Test
    void aRefusedConnectCountsAndAnAddressWithNothingLeftGetsNoSocket() throws Exception {
        var from = new WebSocketHttpHeaders();
        from.set("X-Forwarded-For", "198.51.100.3");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> StompUser.connect(port, "x.y.z", from)).isNotNull();
        }
        assertThatThrownBy(() -> StompUser.connect(port, token("late"), from)).hasStackTraceContaining("429");
        var elsewhere = new WebSocketHttpHeaders();
        elsewhere.set("X-Forwarded-For", "198.51.100.4");
        StompUser.connect(port, token("late"), elsewhere).close();
        clock.advance(Duration.ofSeconds(12));
        StompUser.connect(port, token("late"), from).close();
    }

    private Api user(String userId) {
        return Api.as(port, token(userId));
    }

    /// The clock runs ahead.
    private String token(String userId) {
        return Tokens.signed(claims -> claims.subject(userId).expirationTime(later()));
    }

    private Date later() {
        return Date.from(clock.instant().plus(Duration.ofHours(1)));
    }

    private long calls() {
        return jdbc.sql("select count(*) from call").query(Long.class).single();
    }
}
