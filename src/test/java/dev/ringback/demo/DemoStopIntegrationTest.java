package dev.ringback.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.RingbackApplication;
import dev.ringback.device.Platform;
import dev.ringback.notify.InspectedPush;
import dev.ringback.support.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// A page that listens to pushes must not keep the service from stopping: it would listen for ever.
class DemoStopIntegrationTest {
    /// Spring's patience with requests that do not end is 30 s.
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    @AutoClose
    private final ConfigurableApplicationContext service = new SpringApplicationBuilder(RingbackApplication.class)
            .initializers(new TestDatabase())
            .run("--server.port=0");

    @Test
    void openPagesDoNotHoldUpAStop() throws Exception {
        try (var page = new PushFeed(port(), "some-token"); var _ = new PushFeed(port(), "other-token")) {
            assertThat(page.status()).isEqualTo(200);
            stopsAtOnce();
            await().until(page::hasEnded);
        }
    }

    @Test
    void pagesThatVanishedAreForgottenAndDoNotHoldUpAStop() throws Exception {
        var streams = service.getBean(PushStreams.class);
        try (var page = new PageWithoutAnybody(port(), "some-token")) {
            assertThat(streams.count()).isOne();
            page.vanish();
        }
        await().untilAsserted(() -> {
            push(streams, "");
            assertThat(streams.count()).isZero();
        });
        stopsAtOnce();
    }

    @Test
    void aPageThatDoesNotReadIsDropped() throws Exception {
        var streams = service.getBean(PushStreams.class);
        try (var page = new PageWithoutAnybody(port(), "some-token")) {
            var body = "x".repeat(100_000);
            await().untilAsserted(() -> {
                push(streams, body);
                assertThat(streams.count()).isZero();
            });
            assertThat(page.isOpen()).isTrue();
            stopsAtOnce();
        }
    }

    private void stopsAtOnce() {
        var began = System.nanoTime();
        service.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    }

    private static void push(PushStreams streams, String body) {
        for (int i = 0; i < PushStream.MOST_WAITING; i++) {
            streams.show(new InspectedPush("fcm", Platform.ANDROID, "some-token", Clock.systemUTC().instant(), "POST",
                    "https://example.org", List.of(), body), SimulatedPhones.Behaviour.OK);
        }
    }

    private int port() {
        return Objects.requireNonNull(((WebServerApplicationContext) service).getWebServer()).getPort();
    }

    /// Opens the stream, reads its beginning and no more.
    private static final class PageWithoutAnybody implements AutoCloseable {
        private final Socket socket;

        PageWithoutAnybody(int port, String token) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.getOutputStream()
                    .write("GET /demo/pushes?token=%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(token)
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }

        void vanish() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        boolean isOpen() {
            return !socket.isClosed();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
