package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.notify.Channel;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A service without any setting for Web Push.
@IntegrationTest
class VapidKeyIntegrationTest {
    @LocalServerPort
    private int port;

    @Test
    void anybodyMayReadThePublicKeyAndItIsTheKeptOne(@Autowired JdbcClient jdbc) {
        var answer = Api.as(port, null).get("/api/push/vapid-public-key");
        assertThat(answer.status()).isEqualTo(200);
        var key = answer.json().get("key").asString();
        assertThat(answer.json().size()).isEqualTo(1);
        assertThat(jdbc.sql("select value from kept_key where name = 'web-push'").query(String.class).single())
                .startsWith(key + ".");
    }

    @Test
    void theChannelIsOn(@Autowired @Qualifier("webPushChannel") Channel channel) {
        assertThat(channel.notifier()).isNotNull();
    }
}
