package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.net.AddressRules;
import dev.ringback.net.NameLookup;
import java.net.InetAddress;
import java.net.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointClientTests {
    private static final Duration LOOKUP = Duration.ofSeconds(20);

    private final Receiver receiver = new Receiver();
    private final Instant now = Clock.systemUTC().instant();

    @AfterEach
    void close() {
        receiver.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "10.1.2.3", "192.168.1.1", "169.254.169.254",
            "100.64.0.1", "[fd00::1]", "[::ffff:127.0.0.1]"})
    void nothingIsSentInside(String host) {
        var url = receiver.url().replace("localhost", host).replace("http:", "https:");
        assertThat(send(publicOnly(NameLookup.system()), url)).isEqualTo(new Answer.Failed("address_not_allowed"));
        assertThat(receiver.requests()).isEmpty();
    }

    @Test
    void aNameThatLeadsInsideIsRefusedWhenItIsConnectedTo() {
        var rules = publicOnly(new NameLookup(_ -> List.of(InetAddress.ofLiteral("127.0.0.1")), LOOKUP));
        assertThat(send(rules, "https://backend.example.com/x")).isEqualTo(new Answer.Failed("address_not_allowed"));
    }

    @Test
    void theSystemsProxyIsNotUsed() {
        assertThat(EndpointClient.http(publicOnly(NameLookup.system())).build().proxy()).isEqualTo(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void any2xxIsYes(int status) {
        receiver.answer(status);
        assertThat(send(all(), receiver.url())).isEqualTo(new Answer.Taken());
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308, 400, 401, 404, 429, 500, 503})
    void anythingElseIsNo(int status) {
        receiver.answer(status);
        assertThat(send(all(), receiver.url())).isEqualTo(new Answer.Failed(Integer.toString(status)));
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    void goneIsGone() {
        receiver.answer(410);
        assertThat(send(all(), receiver.url())).isEqualTo(new Answer.Gone());
    }

    @Test
    void silenceAndRefusedConnectionsAreNo() {
        receiver.hang();
        var impatient = new EndpointClient(EndpointClient.http(all()).readTimeout(Duration.ofMillis(200)).build());
        assertThat(impatient.send(endpoint(receiver.url()), message(), now)).isEqualTo(new Answer.Failed("timeout"));
        receiver.close();
        assertThat(send(all(), receiver.url())).isEqualTo(new Answer.Failed("connection"));
    }

    private Answer send(AddressRules rules, String url) {
        return new EndpointClient(rules).send(endpoint(url), message(), now);
    }

    private Endpoint endpoint(String url) {
        return new Endpoints(new AnnounceSettings(
                List.of(new AnnounceSettings.Endpoint(url, List.of(receiver.secretOf()), List.of())), true,
                Duration.ofHours(24), Duration.ofDays(30))).all().getFirst();
    }

    private Message message() {
        return new Message(1, UUID.randomUUID(), "endpoint", "call.ended", null, "{}", 1, 1, now);
    }

    private static AddressRules publicOnly(NameLookup names) {
        return new AddressRules(false, names);
    }

    private static AddressRules all() {
        return new AddressRules(true, NameLookup.system());
    }
}
