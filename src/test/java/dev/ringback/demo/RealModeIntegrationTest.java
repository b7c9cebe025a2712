package dev.ringback.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.notify.Channel;
import dev.ringback.notify.PushInspector;
import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/// With a signer of user tokens nothing of the demo is there.
@IntegrationTest
class RealModeIntegrationTest {
    @LocalServerPort
    private int port;
    @Autowired
    private ObjectProvider<PushInspector> inspectors;
    @Autowired
    private ObjectProvider<Channel> channels;

    @Test
    void noPhoneIsSimulated() {
        assertThat(inspectors.stream()).isEmpty();
        assertThat(channels.stream()).extracting(Channel::name).contains("apns", "fcm");
        assertThat(channels.stream().filter(channel -> !channel.name().equals("web-push")))
                .allSatisfy(channel -> assertThat(channel.notifier()).isNull());
    }

    @Test
    void theRoutesOfTheDemoAreNotThere() {
        var nobody = Api.as(port, null);
        var alice = Api.user(port, "alice");
        for (var path : new String[]{"/demo/pushes?token=t", "/demo/simulator", "/demo/users"}) {
            nobody.get(path).mustBe(401, "unauthenticated");
            alice.get(path).mustBe(404, "not_found");
        }
        for (var path : new String[]{"/demo/phones", "/demo/simulator"}) {
            alice.post(path, "{\"token\":\"t\",\"behaviour\":\"ok\",\"latency_ms\":0,\"failure_rate\":0}")
                    .mustBe(404, "not_found");
        }
    }
}
