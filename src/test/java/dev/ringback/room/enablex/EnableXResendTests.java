package dev.ringback.room.enablex;

import static dev.ringback.room.enablex.EnableXServer.answer;
import static dev.ringback.room.enablex.EnableXServer.room;
import static dev.ringback.room.enablex.EnableXServer.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.room.RoomProvider.Deletion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/// What is sent again, and what never is. Requests are counted where they arrive.
@ExtendWith(OutputCaptureExtension.class)
class EnableXResendTests {
    @AutoClose
    private final EnableXServer enableX = new EnableXServer();

    @Test
    void aRoomIsAskedForOnceIfTheAnswerIsLost() {
        enableX.answers(lost(), room());
        assertUnavailable(enableX::createRoom);
        assertThat(enableX.requests()).isOne();
    }

    /// OkHttp takes a failure on a connection that has served before for a stale connection.
    @Test
    void aRoomIsAskedForOnceIfTheAnswerIsLostOnAPooledConnection() {
        enableX.answers(token(), lost(), room());
        enableX.issueToken();
        assertUnavailable(enableX::createRoom);
        assertThat(enableX.requests()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 504})
    void aRoomThatMayHaveBeenMadeIsNotAskedForAgain(int status) {
        enableX.answers(answer(status, ""), room());
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::createRoom);
        assertThat(enableX.requests()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aRoomThatWasSurelyNotMadeIsAskedForAgain(int status) {
        enableX.answers(answer(status, ""), answer(status, ""), room());
        assertThat(enableX.createRoom()).isEqualTo("r1");
        assertThat(enableX.requests()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void aTokenIsAskedForAgainAfterAPassingFault(int status) {
        enableX.answers(answer(status, ""), answer(status, ""), token());
        assertThat(enableX.issueToken()).isEqualTo("t1");
    }

    @Test
    void aTokenIsAskedForAgainIfTheAnswerIsLost() {
        enableX.answers(lost(), lost(), token());
        assertThat(enableX.issueToken()).isEqualTo("t1");
    }

    /// The first deletion may have worked though its answer was lost; the second finds nothing then.
    @Test
    void aDeletionIsRepeatedIfTheAnswerIsLost() {
        enableX.answers(lost(), answer(404, ""));
        assertThat(enableX.deleteRoom()).isEqualTo(Deletion.DELETED);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 422})
    void aRefusalIsFinal(int status) {
        enableX.answers(answer(status, ""), token());
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::issueToken)
                .returns(RoomFailure.Kind.REJECTED, RoomFailure::kind);
        assertThat(enableX.requests()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void nothingIsSentMoreThanThreeTimes(String retryAfter) {
        var busy = answer(503, "").setHeader("Retry-After", retryAfter);
        enableX.answers(busy, busy, busy, busy, busy, busy, busy, busy, busy, busy);
        assertUnavailable(enableX::createRoom);
        assertUnavailable(enableX::issueToken);
        assertUnavailable(enableX::deleteRoom);
        assertThat(enableX.requests()).isEqualTo(9);
    }

    @Test
    void aShortRetryAfterIsWaitedFor() {
        try (var patient = patient()) {
            patient.answers(answer(429, "").setHeader("Retry-After", "1"), token());
            var start = System.nanoTime();
            assertThat(patient.issueToken()).isEqualTo("t1");
            assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void aRetryAfterMayBeADate() {
        try (var patient = patient()) {
            patient.answers(
                    answer(503, "").setHeader("Date", "Sat, 21 Nov 2026 10:00:00 GMT")
                            .setHeader("Retry-After", "Sat, 21 Nov 2026 10:00:01 GMT"),
                    token());
            var start = System.nanoTime();
            assertThat(patient.issueToken()).isEqualTo("t1");
            assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    /// With time for a second attempt after a second, on a busy machine too.
    private static EnableXServer patient() {
        var limits = EnableXServer.SHORT;
        return new EnableXServer(new Limits(limits.connect(), Duration.ofSeconds(10), limits.resends(),
                limits.firstPause(), limits.breaker()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "60", "999999999"})
    void aRetryAfterThatComesTooLateEndsIt(String seconds) {
        enableX.answers(answer(429, "").setHeader("Retry-After", seconds), token());
        var start = System.nanoTime();
        assertUnavailable(enableX::issueToken);
        assertThat(since(start)).isLessThan(Duration.ofSeconds(1));
        assertThat(enableX.requests()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "1.5", "Sat, 21 Nov 2026 10:00:01 GMT", "99999999999999999999"})
    void aRetryAfterThatSaysNothingIsPassedOver(String value) {
        enableX.answers(answer(503, "").setHeader("Retry-After", value), token());
        assertThat(enableX.issueToken()).isEqualTo("t1");
    }

    @Test
    @Timeout(10)
    void attemptsShareOneTimeLimit() {
        var slow = answer(503, "").headersDelay(900, TimeUnit.MILLISECONDS);
        enableX.answers(slow, slow, slow);
        var start = System.nanoTime();
        assertUnavailable(enableX::issueToken);
        assertThat(since(start)).isLessThan(EnableXServer.SHORT.total().plusSeconds(1));
    }

    @Test
    void aRefusedConnectionIsTriedAgainForARoomToo(CapturedOutput output) throws IOException {
        var provider = provider(HttpUrl.get("http://127.0.0.1:" + unusedPort()));
        assertUnavailable(() -> provider.createRoom(EnableXServer.CALL, "alice"));
        assertThat(output).containsPattern("(?s)asked again.*asked again").containsOnlyOnce("create room failed");
    }

    @Test
    void aFailedTlsHandshakeIsTriedAgainForARoomToo(CapturedOutput output) throws IOException {
        try (var hangingUp = new ServerSocket(0)) {
            Thread.startVirtualThread(() -> hangUpOnEveryone(hangingUp));
            var provider = provider(HttpUrl.get("https://127.0.0.1:" + hangingUp.getLocalPort()));
            assertUnavailable(() -> provider.createRoom(EnableXServer.CALL, "alice"));
        }
        assertThat(output).containsPattern("(?s)asked again.*asked again").containsOnlyOnce("create room failed");
    }

    @Test
    void anUnknownHostIsUnavailable() {
        var provider = provider(HttpUrl.get("http://enablex.invalid"));
        assertUnavailable(() -> provider.createRoom(EnableXServer.CALL, "alice"));
    }

    @Test
    @Timeout(10)
    void aResolverThatDoesNotAnswerIsGivenUp() {
        var never = new CountDownLatch(1);
        var dns = new BoundedDns(_ -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return List.of();
        }, Duration.ofMillis(50));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> dns.lookup("api.enablex.io"));
    }

    @Test
    void anAddressThatRefusesIsPassedOverForTheNext() {
        var server = enableX.url();
        var http = EnableXConfiguration.http(EnableXServer.SHORT)
                .dns(_ -> List.of(InetAddress.ofLiteral("127.0.0.77"), InetAddress.getByName(server.host())))
                .build();
        var provider = EnableXConfiguration.provider(
                http,
                EnableXServer.requestsTo(server.newBuilder().host("two-addresses.test").build()),
                EnableXServer.SHORT,
                false);
        enableX.answers(room());
        assertThat(provider.createRoom(EnableXServer.CALL, "alice")).isEqualTo("r1");
    }

    /// OkHttp hears of it at different places, on a new connection and on a pooled one.
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void anInterruptedThreadStopsAskingAndStaysInterrupted(int earlierRequests) {
        for (int i = 0; i < earlierRequests; i++) {
            enableX.answers(token()).issueToken();
        }
        enableX.answers(answer(503, ""), token());
        Thread.currentThread().interrupt();
        assertUnavailable(enableX::issueToken);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(enableX.requests()).isLessThanOrEqualTo(earlierRequests + 1);
    }

    private static RoomProvider provider(HttpUrl url) {
        return EnableXConfiguration.provider(EnableXServer.requestsTo(url), EnableXServer.SHORT);
    }

    /// The request is read, then the connection closed.
    private static MockResponse.Builder lost() {
        return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket());
    }

    private static void hangUpOnEveryone(ServerSocket server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException e) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(call)
                .returns(RoomFailure.Kind.UNAVAILABLE, RoomFailure::kind);
    }
}
