package dev.ringback.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/// Who may knock how often, and for how long an event is remembered.
@IntegrationTest
@TestPropertySource(properties = {"ringback.rate-limit.enabled=true", "ringback.rate-limit.anonymous-per-address=5",
        "ringback.http.trusted-proxies=127.0.0.1,::1", "ringback.webhook.cometchat.secret=" + WebhookDriven.SECRET})
class WebhookLimitsIntegrationTest {
    private static final String BODY = "{\"trigger\":\"user_blocked\"}";

    @LocalServerPort
    private int port;
    @Autowired
    private HandledEvents handled;
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

    @Test
    void whoProvesNothingIsCountedAndThePlatformIsNot() {
        for (int i = 0; i < 5; i++) {
            post("192.0.2.1", "00").mustBe(401, "unauthenticated");
        }
        assertThat(post("192.0.2.1", "00").mustBe(429, "rate_limited").get("retry_after").asLong()).isPositive();
        var good = HexFormat.of().formatHex(Hmac.of(WebhookDriven.SECRET, BODY.getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < 10; i++) {
            post("192.0.2.1", good).mustBe(200);
        }
        post("192.0.2.2", "00").mustBe(401, "unauthenticated");
    }

    @Test
    void anEventIsRememberedForADay() {
        assertThat(handled.take("test", "evt_1")).isTrue();
        assertThat(handled.take("test", "evt_1")).isFalse();
        assertThat(handled.take("other", "evt_1")).isTrue();
        assertThat(handled.take("test", "x".repeat(100_000))).as("however long its id").isTrue();
        clock.advance(Duration.ofHours(23));
        handled.purge();
        assertThat(handled.take("test", "evt_1")).isFalse();
        clock.advance(Duration.ofHours(2));
        handled.purge();
        assertThat(jdbc.sql("select count(*) from webhook_event").query(Integer.class).single()).isZero();
    }

    private Api.Answer post(String address, String signature) {
        return Api.as(port, null)
                .post("/webhooks/cometchat", BODY, "x-cometchat-signature", signature, "X-Forwarded-For", address);
    }
}
