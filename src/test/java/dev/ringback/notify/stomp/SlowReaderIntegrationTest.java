package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.notify.Notice;
import dev.ringback.notify.NoticeType;
import dev.ringback.notify.Sockets;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.messaging.simp.user.SimpUserRegistry;

/// A peer that never reads is dropped, and holds up nobody.
@IntegrationTest
class SlowReaderIntegrationTest {
    /// More than the kernel's buffers and ours can hold together.
    private static final int NOTICES = 20_000;

    @LocalServerPort
    private int port;
    @Autowired
    private Sockets sockets;
    @Autowired
    private SimpUserRegistry users;

    @Test
    void aPeerThatNeverReadsIsDropped() throws Exception {
        try (var silent = new Socket(); var quick = StompUser.connected(port, "quick")) {
            silent.setReceiveBufferSize(2048);
            silent.connect(new InetSocketAddress("localhost", port));
            silent.getOutputStream().write(handshake());
            silent.getOutputStream()
                    .write(frame("CONNECT\naccept-version:1.2\nheart-beat:0,0\nAuthorization:Bearer "
                            + Tokens.of("silent") + "\n\n\0"));
            // nobody subscribes before being told that the connection stands; who does is not in the registry
            await().until(() -> users.getUser("silent") != null);
            silent.getOutputStream().write(frame("SUBSCRIBE\nid:0\ndestination:/user/queue/calls\n\n\0"));
            await().until(() -> users.findSubscriptions(s -> s.getSession().getUser().getName().equals("silent"))
                    .size() == 1);

            for (int i = 0; i < NOTICES && users.getUser("silent") != null; i++) {
                sockets.tell(notice("silent"));
            }
            sockets.tell(notice("quick"));
            quick.next("incoming_call");
            await().atMost(Duration.ofSeconds(20)).until(() -> users.getUser("silent") == null);
            assertThat(sockets.tell(notice("silent"))).isZero();
        }
    }

    private static Notice notice(String recipient) {
        var subject = new Notice.Subject(UUID.randomUUID(), "room", 1, "ringing", null, "video", "alice", "Alice",
                recipient, List.of(), Instant.EPOCH, null, null, "on_accept", false,
                "{\"x\":\"" + "y".repeat(2000) + "\"}");
        return new Notice(recipient, NoticeType.INCOMING_CALL, subject, null, null, Instant.EPOCH, 0, null, null, null,
                null);
    }

    private static byte[] handshake() {
        return """
                GET /ws HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """.getBytes(StandardCharsets.US_ASCII);
    }

    /// A masked text frame (RFC 6455 section 5.2); a mask of zeros changes nothing.
    private static byte[] frame(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        var frame = new ByteArrayOutputStream();
        frame.write(0x81);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.write(new byte[4]);
        frame.write(payload);
        return frame.toByteArray();
    }
}
