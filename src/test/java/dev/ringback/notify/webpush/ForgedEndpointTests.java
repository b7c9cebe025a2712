package dev.ringback.notify.webpush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringback.device.EndpointRules;
import dev.ringback.device.Endpoints;
import dev.ringback.device.PushToken;
import dev.ringback.device.PushToken.WebPushKeys;
import dev.ringback.net.AddressNotAllowed;
import dev.ringback.net.GuardedSockets;
import dev.ringback.notify.Outcome;
import dev.ringback.notify.Pushes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Endpoints that lead into our own network, already in the database: nobody inside is connected to.
@Timeout(30)
class ForgedEndpointTests {
    private static final Outcome NOT_ALLOWED = new Outcome.Refused("address_not_allowed");

    private final FakePushService service = new FakePushService();
    private ServerSocket inside;
    private CompletableFuture<Socket> visitor;

    @BeforeEach
    void listenInside() throws IOException {
        inside = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        visitor = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                visitor.complete(inside.accept());
            } catch (IOException closed) {
                visitor.cancel(false);
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        inside.close();
        service.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1:PORT/", "https://2130706433:PORT/", "https://0x7f000001:PORT/",
            "https://0177.0.0.1:PORT/", "https://127.1:PORT/", "https://[::ffff:127.0.0.1]:PORT/",
            "https://localhost:PORT/", "http://fcm.googleapis.com/", "https://fcm.googleapis.com.evil.com/",
            "https://fcm.googleapis.com@127.0.0.1:PORT/", "https://fcm.googleapis.com:6379/", "", "nonsense"})
    void aForgedEndpointIsRefused(String endpoint) throws Exception {
        var rules = Endpoints.standard("127.0.0.1");
        assertThat(send(rules, endpoint.replace("PORT", Integer.toString(inside.getLocalPort()))))
                .isEqualTo(NOT_ALLOWED);
        assertThat(visitor).isNotDone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.169.254", "10.0.0.1",
            "142.250.1.1+127.0.0.1"})
    void aNameThatNowLeadsInsideIsRefused(String address) throws Exception {
        var rebinding = Endpoints.standard("142.250.1.1", address);
        assertThat(rebinding.refusal("https://fcm.googleapis.com/x")).as("when it was subscribed").isEmpty();
        assertThat(send(rebinding, "https://fcm.googleapis.com/x")).isEqualTo(NOT_ALLOWED);
    }

    /// The last gate alone: whatever OkHttp was talked into, the socket does not connect.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]", "localhost", "any-name"})
    void noSocketConnectsInside(String host) {
        var http = WebPushClient.http(Endpoints.standard("127.0.0.1")).build();
        var request = new Request.Builder().url("https://" + host + ":" + inside.getLocalPort() + "/").build();
        assertThatThrownBy(() -> http.newCall(request).execute()).satisfies(
                failure -> assertThat(WebPushErrors.outcome(failure)).isEqualTo(NOT_ALLOWED));
        assertThat(visitor).isNotDone();
    }

    @Test
    void socketsAreGuardedHoweverTheyAreMade() {
        var sockets = new GuardedSockets(Endpoints.standard("")::allows);
        var loopback = InetAddress.getLoopbackAddress();
        var port = inside.getLocalPort();
        assertThatThrownBy(() -> sockets.createSocket("127.0.0.1", port)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> sockets.createSocket(loopback, port)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> sockets.createSocket("127.0.0.1", port, loopback, 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> sockets.createSocket(loopback, port, loopback, 0)).isInstanceOf(IOException.class);
        try (var socket = sockets.createSocket()) {
            assertThatThrownBy(() -> socket.connect(inside.getLocalSocketAddress())).isInstanceOf(
                    AddressNotAllowed.class);
        } catch (IOException closing) {
            throw new AssertionError(closing);
        }
        assertThat(visitor).isNotDone();
    }

    @Test
    void whereTheOperatorAllowsItTheSameSocketConnects() throws Exception {
        var sockets = new GuardedSockets(Endpoints.closedNetwork("localhost")::allows);
        try (var socket = sockets.createSocket()) {
            socket.connect(inside.getLocalSocketAddress());
            visitor.get().close();
        }
    }

    @Test
    void theSystemsProxyIsNotUsed() {
        assertThat(WebPushClient.http(Endpoints.standard("")).build().proxy()).isEqualTo(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://FCM.GoogleAPIs.com:443/a/../b;c=d?e=f@g:h", "https://fcm.googleapis.com",
            "https://wns2-par02p.notify.windows.com/w/?token=BQ%2b@x:y//z", "https://a.push.apple.com//evil.com/x"})
    void whatTheRulesAllowOkHttpReadsTheSameHostIn(String endpoint) {
        var rules = Endpoints.standard("142.250.1.1");
        assertThat(rules.refusal(endpoint)).isEmpty();
        var url = HttpUrl.get(endpoint);
        assertThat(url.host()).isEqualToIgnoringCase(URI.create(endpoint).getHost());
        assertThat(url.port()).isEqualTo(443);
    }

    @Test
    void keysThatCannotBeEncryptedToAreRefused() throws Exception {
        var good = service.token("localhost");
        var zeros = "BA" + "A".repeat(85);
        var auth = "A".repeat(22);
        for (var keys : List.of(new WebPushKeys(zeros, auth), new WebPushKeys("*", auth),
                new WebPushKeys("", ""))) {
            assertThat(service.notifier().send(Pushes.ring(Tokens.with(good, keys))))
                    .isEqualTo(new Outcome.Refused("subscription_keys"));
        }
        assertThat(service.notifier().send(Pushes.ring(Tokens.with(good, null))))
                .isEqualTo(new Outcome.Refused("subscription_keys"));
        assertThat(service.requests()).isEmpty();
    }

    private Outcome send(EndpointRules rules, String endpoint) throws InterruptedException {
        PushToken token = Tokens.at(service.token("localhost"), endpoint);
        return FakePushService.notifier(rules).send(Pushes.ring(token));
    }
}
