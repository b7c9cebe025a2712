package dev.ringback.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.RingbackApplication;
import dev.ringback.support.TestDatabase;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/// A page that listens to pushes must not keep the service from stopping: it would listen for ever.
class DemoStopIntegrationTest {
    /// Spring's patience with requests that do not end is 30 s.
    private static final Duration AT_ONCE = Duration.ofSeconds(8);

    @Test
    void openPagesDoNotHoldUpAStop() throws Exception {
        var service = new SpringApplicationBuilder(RingbackApplication.class).initializers(new TestDatabase())
                .run("--server.port=0");
        try (service) {
            var server = Objects.requireNonNull(((WebServerApplicationContext) service).getWebServer());
            try (var page = new PushFeed(server.getPort(), "some-token");
                    var _ = new PushFeed(server.getPort(), "other")) {
                assertThat(page.status()).isEqualTo(200);
                var began = System.nanoTime();
                service.close();
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
                await().until(page::hasEnded);
            }
        }
    }
}
