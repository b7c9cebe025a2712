package dev.ringback.notify.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/// Frames that no honest client sends, byte by byte. Whatever comes, its sender alone feels it: another user is rung as
/// ever, and nothing of the frame comes back.
@IntegrationTest
class StompAttackIntegrationTest {
    private static final int MAX = 64 * 1024;
    private static final String SEND = "SEND\ndestination:/app/call/end\n";

    @LocalServerPort
    private int port;

    private final String honestUser = "honest-" + UUID.randomUUID();
    private StompUser honest;

    @BeforeEach
    void somebodyHonestIsConnected() throws Exception {
        honest = StompUser.connected(port, honestUser);
    }

    @AfterEach
    void theHonestUserIsRungAsEver() throws Exception {
        try (var rung = honest) {
            Api.user(port, "caller").call(honestUser);
            rung.next("incoming_call");
        }
    }

    static Stream<Arguments> refusedFrames() {
        return Stream.of(arguments("no such command", "JUMP\n\n\0"),
                arguments("HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n\0"),
                arguments("a server's frame", "MESSAGE\ndestination:/queue/calls\n\nx\0"),
                arguments("a receipt of its own", "CONNECTED\nversion:1.2\n\n\0"),
                arguments("a transaction", "BEGIN\ntransaction:t\n\n\0"),
                arguments("an acknowledgement", "ACK\nid:1\n\n\0"),
                arguments("a header without a colon", "SEND\ndestination\n\nx\0"),
                arguments("an unknown escape", "SUBSCRIBE\nid:0\ndestination:/user/queue/calls\\t\n\n\0"),
                arguments("an escape that is cut off", "SUBSCRIBE\nid:0\ndestination:/user/queue/calls\\\n\n\0"),
                arguments("an escaped line end", "SUBSCRIBE\nid:0\ndestination:/user/queue/calls\\n\n\n\0"),
                arguments("NUL in a destination", "SUBSCRIBE\nid:0\ndestination:/user/queue/calls\0/x\n\n\0"),
                arguments("NUL in the command", "SEN\0D\ndestination:/app/call/end\n\n{}\0"),
                arguments("no destination", "SUBSCRIBE\nid:0\n\n\0"),
                arguments("no id", "SUBSCRIBE\ndestination:/user/queue/calls\n\n\0"),
                arguments("a selector", "SUBSCRIBE\nid:0\ndestination:/user/queue/calls\nselector:true\n\n\0"),
                arguments("a second CONNECT", "CONNECT\naccept-version:1.2\n\n\0"),
                arguments("a length beyond the body", SEND + "content-length:99\n\n{}\0" + " ".repeat(MAX)),
                arguments("a length within the body", SEND + "content-length:1\n\n{}\0"),
                arguments("thousands of headers", SEND + headers(4_000) + "\n{}\0"),
                arguments("one header thousands of times", SEND + "x:\n".repeat(10_000) + "\n{}\0"),
                arguments("a frame too large", SEND + "\n" + "x".repeat(MAX) + "\0"),
                arguments("a header too large", SEND + "x:" + "y".repeat(MAX) + "\n\n{}\0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedFrames")
    void theFrameIsRefusedAndTheSocketCloses(String what, String frame) throws Exception {
        try (var mallory = RawSocket.connected(port, "mallory")) {
            sendAsFarAsItGoes(mallory, RawSocket.TEXT, frame);
            var answers = mallory.untilClosed();
            assertThat(answers).as(what).noneMatch(answer -> answer.startsWith("MESSAGE"));
            assertThat(answers.stream().filter(answer -> answer.startsWith("ERROR")))
                    .allMatch(error -> error.matches("(?s)ERROR\nmessage:[a-z -]+\n(content-length:0\n)?\n\0"));
        }
    }

    /// Odd, but nothing is wrong with them: the answer is the one that the plain frame gets.
    @ParameterizedTest
    @ValueSource(strings = {SEND + "content-length:2\n\n{}\0", SEND + "content-length:-1\n\n{}\0",
            SEND + "content-length:99999999999999999999\n\n{}\0", SEND + "content-length:x\n\n{}\0",
            "\n\n\r\n" + SEND + "\n{}\0\n", "SEND\r\ndestination:/app/call/end\r\n\r\n{}\0",
            SEND + "destination:/queue/calls-user1\n\n{}\0",
            SEND + "simpUser:alice\nsimpSessionId:1\nuser:alice\n\n{}\0",
            SEND + "content-type:application/x-java-serialized-object\n\n{}\0"})
    void anOddFrameIsAnswered(String frame) throws Exception {
        try (var mallory = subscribed()) {
            mallory.send(frame);
            assertThat(mallory.next()).startsWith("MESSAGE").contains("status:400", "call_id");
        }
    }

    @Test
    void aFrameMayComeInPiecesAndInBinary() throws Exception {
        byte[] frame = (SEND + "\n{}\0").getBytes(StandardCharsets.UTF_8);
        try (var mallory = subscribed()) {
            for (byte one : frame) {
                mallory.frame(RawSocket.BINARY, true, new byte[]{one});
            }
            assertThat(mallory.next()).contains("status:400");
            mallory.frame(RawSocket.TEXT, false, frame);
            mallory.frame(RawSocket.CONTINUATION, false, frame);
            mallory.frame(RawSocket.CONTINUATION, true, frame);
            for (int i = 0; i < 3; i++) {
                assertThat(mallory.next()).contains("status:400");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RawSocket.TEXT, RawSocket.BINARY})
    void aFrameThatNeverEndsIsCutOff(int opcode) throws Exception {
        try (var mallory = RawSocket.connected(port, "mallory")) {
            sendAsFarAsItGoes(mallory, opcode, SEND + "\n");
            for (int i = 0; i < 80; i++) {
                sendAsFarAsItGoes(mallory, opcode, "x".repeat(1024));
            }
            assertThat(mallory.untilClosed()).noneMatch(answer -> answer.startsWith("MESSAGE"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RawSocket.TEXT, RawSocket.BINARY})
    void whatIsNotUtf8CallsNobody(int opcode) throws Exception {
        try (var mallory = subscribed()) {
            byte[] frame = "SEND\ndestination:/app/call/initiate\n\n{\"called_id\":\"?\"}\0"
                    .getBytes(StandardCharsets.UTF_8);
            frame[frame.length - 4] = (byte) 0xff;
            mallory.frame(opcode, true, frame);
            assertThat(mallory.next()).matches(answer -> answer.startsWith("close") || answer.contains("status:400"));
        }
    }

    @Test
    void subscribingAndLeavingForEverPilesNothingUp() throws Exception {
        try (var mallory = subscribed()) {
            for (int i = 0; i < 2_000; i++) {
                mallory.send("SUBSCRIBE\nid:s" + i + "\ndestination:/user/queue/replies\n\n\0UNSUBSCRIBE\nid:s" + i
                        + "\n\n\0");
            }
            mallory.send(SEND + "\n{}\0");
            assertThat(mallory.next()).contains("status:400");
        }
    }

    @Test
    void aCorrelationIdCannotForgeAHeader() throws Exception {
        try (var mallory = subscribed()) {
            mallory.send(SEND + "correlation-id:x\\nstatus\\c200\\r\\nforged\\cyes\n\n{}\0");
            var lines = mallory.next().lines().takeWhile(line -> !line.isEmpty()).toList();
            assertThat(lines).contains("status:400", "correlation-id:x\\nstatus\\c200\\r\\nforged\\cyes")
                    .noneMatch(line -> line.startsWith("forged"))
                    .doesNotContain("status:200");
        }
    }

    @Test
    void beforeConnectNothingGoes() throws Exception {
        for (var frame : new String[]{SEND + "\n{}\0", "SUBSCRIBE\nid:0\ndestination:/user/queue/calls\n\n\0",
                "CONNECT\naccept-version:1.2\nlogin:alice\npasscode:x\n\n\0",
                "CONNECT\naccept-version:1.2\nAuthorization:Basic YTpi\n\n\0",
                "CONNECT\naccept-version:1.2\nAuthorization:Bearer\n\n\0",
                "CONNECT\naccept-version:1.2\nauthorization:Bearer " + Tokens.of("alice") + "\n\n\0"}) {
            try (var mallory = new RawSocket(port)) {
                mallory.send(frame);
                assertThat(mallory.next()).startsWith("ERROR\nmessage:");
                assertThat(mallory.untilClosed()).hasSize(1);
            }
        }
    }

    /// Heartbeats and half a frame are signs of life, and no proof of a user.
    @Test
    void whoNeverConnectsIsClosedHoweverMuchItDrips() throws Exception {
        try (var drips = new RawSocket(port); var silent = new RawSocket(port)) {
            long start = System.nanoTime();
            var dripping = Thread.ofVirtual().start(() -> drip(drips));
            assertThat(drips.untilClosed()).contains("close 1002");
            assertThat(silent.untilClosed()).contains("close 1002");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
            dripping.join();
        }
    }

    private static void drip(RawSocket socket) {
        try {
            while (true) {
                socket.send("\n");
                Thread.sleep(500);
            }
        } catch (IOException | InterruptedException _) {
            // closed, as it should be
        }
    }

    private RawSocket subscribed() throws IOException {
        var socket = RawSocket.connected(port, "mallory");
        socket.send("SUBSCRIBE\nid:0\ndestination:/user/queue/replies\n\n\0");
        return socket;
    }

    private static void sendAsFarAsItGoes(RawSocket socket, int opcode, String text) throws IOException {
        try {
            socket.frame(opcode, true, text.getBytes(StandardCharsets.UTF_8));
        } catch (SocketException _) {
            // the server has closed already
        }
    }

    private static String headers(int count) {
        return IntStream.range(0, count).mapToObj(i -> "h" + i + ":x").collect(Collectors.joining("\n", "", "\n"));
    }
}
