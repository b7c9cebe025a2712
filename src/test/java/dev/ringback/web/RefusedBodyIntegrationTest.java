package dev.ringback.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.IntegrationTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// Who is refused at the beginning of a body still hears of it, though the rest is on its way.
@IntegrationTest
class RefusedBodyIntegrationTest {
    private static final int HALF = 30_000;
    private static final int READ_TIMEOUT_MS = 20_000;

    @LocalServerPort
    private int port;

    @Test
    void theAnswerIsWholeAndTheConnectionStays() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("localhost", port));
            socket.setSoTimeout(READ_TIMEOUT_MS);
            send(socket, "POST /api/push/renew HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + 2 * HALF + "\r\n\r\n" + "{} x" + " ".repeat(HALF - 4));
            await().until(() -> socket.getInputStream().available() > 0);
            send(socket, " ".repeat(HALF));
            assertThat(answer(socket)).startsWith("HTTP/1.1 400 ");
            send(socket, "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// One that comes in chunks, to its end.
    private static String answer(Socket socket) throws IOException {
        var answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n0\r\n\r\n")) {
            int next = socket.getInputStream().read();
            assertThat(next).as(answer.toString()).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }
}
