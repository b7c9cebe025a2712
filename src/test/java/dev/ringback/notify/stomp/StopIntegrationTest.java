package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.RingbackApplication;
import dev.ringback.support.TestDatabase;
import dev.ringback.support.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/// What a client hears when its node is stopped.
class StopIntegrationTest {
    /// RFC 6455 close code: come back, here or elsewhere (registered with IANA).
    private static final int SERVICE_RESTART = 1012;
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void itIsToldToComeBack() throws Exception {
        var service = new SpringApplicationBuilder(RingbackApplication.class).initializers(new TestDatabase())
                .run("--server.port=0", "--ringback.auth.hs256-secret=" + Tokens.SECRET);
        try (service; var client = HttpClient.newHttpClient()) {
            var web = Objects.requireNonNull(((WebServerApplicationContext) service).getWebServer());
            var connected = new CompletableFuture<Boolean>();
            var closed = new CompletableFuture<Integer>();
            client.newWebSocketBuilder()
                    .subprotocols("v12.stomp")
                    .buildAsync(URI.create("ws://localhost:" + web.getPort() + "/ws"),
                            new WebSocket.Listener() {
                                @Override
                                public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text,
                                        boolean last) {
                                    connected.complete(true);
                                    socket.request(1);
                                    return null;
                                }

                                @Override
                                public @Nullable CompletionStage<?> onClose(WebSocket socket, int code,
                                        String reason) {
                                    closed.complete(code);
                                    return null;
                                }
                            })
                    .join()
                    .sendText("CONNECT\naccept-version:1.2\nAuthorization:Bearer %s\n\n\0".formatted(Tokens.of("al")),
                            true)
                    .join();
            assertThat(connected).succeedsWithin(SOON);
            service.close();
            assertThat(closed).succeedsWithin(SOON).isEqualTo(SERVICE_RESTART);
        }
    }
}
