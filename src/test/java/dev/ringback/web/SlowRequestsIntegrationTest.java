package dev.ringback.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// Who sends a request byte by byte is cut off, and holds up nobody meanwhile.
@IntegrationTest
class SlowRequestsIntegrationTest {
    private static final Duration LONGEST = Duration.ofSeconds(50);
    private static final int ATTACKS = 30;

    @LocalServerPort
    private int port;

    @Test
    void whatDripsIsNotWaitedForAndWhatIsUsedNowAndThenStays() throws Exception {
        var whole = "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var cut = "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\nX-Drip: ";
        var body = "POST /api/call/initiate HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + Tokens.of("alice")
                + "\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor(); var honest = open()) {
            var attacks = new ArrayList<Future<Duration>>();
            for (int i = 0; i < ATTACKS; i++) {
                for (var beginning : new String[]{cut, whole + cut, body}) {
                    attacks.add(threads.submit(() -> dripsUntilCutOff(beginning)));
                }
            }
            Api.user(port, "alice").call("bob");
            await().atMost(LONGEST.multipliedBy(2)).pollInterval(Duration.ofSeconds(2)).until(() -> {
                assertAnswered(honest, whole);
                return attacks.stream().allMatch(Future::isDone);
            });
            for (var attack : attacks) {
                assertThat(attack.get()).isLessThan(LONGEST);
            }
            assertAnswered(honest, whole);
        }
    }

    private static void assertAnswered(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n0\r\n\r\n")) {
            int next = socket.getInputStream().read();
            assertThat(next).as(answer.toString()).isNotNegative();
            answer.append((char) next);
        }
        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    private Duration dripsUntilCutOff(String beginning) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (var socket = open()) {
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            while (Duration.ofNanos(System.nanoTime() - start).compareTo(LONGEST) < 0) {
                Thread.sleep(1000);
                socket.getOutputStream().write('x');
            }
        } catch (IOException _) {
            // cut off
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private Socket open() throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress("localhost", port));
        return socket;
    }
}
