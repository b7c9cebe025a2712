package dev.ringback.room.enablex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.support.FaultProxy;
import dev.ringback.support.FaultProxy.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The real client at its real limits, on a network that fails. All faults at the same time, each on a network of its
/// own, since most of the time passes with waiting.
@Timeout(60)
class EnableXNetworkTests {
    private static final List<Mode> FAULTS = List.of(new Mode.Silent(), new Mode.Reset(), new Mode.Refuse(),
            new Mode.Garbage(), new Mode.CutAfter(40), new Mode.SlowDrip(15));
    /// The limit, and time for a slow machine.
    private static final Duration BOUND = Duration.ofSeconds(8);

    /// By a thread of the system: virtual ones that wait for a class to be made ready keep their carriers, which its request
    /// needs.
    @BeforeAll
    static void theServersClassIsReady() {
        new EnableXServer().close();
    }

    @Test
    void aFaultIsToldInTimeAndPasses() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var trials = Stream.of(Protocol.HTTP_1_1, Protocol.H2_PRIOR_KNOWLEDGE)
                    .flatMap(protocol -> FAULTS.stream().map(fault -> threads.submit(() -> trial(protocol, fault))))
                    .toList();
            for (var trial : trials) {
                trial.get();
            }
        }
    }

    /// A provider that nobody hears is asked no more for a while, and found again by itself.
    @Test
    void theBreakerOpensOnSilenceAndClosesAgain() throws Exception {
        try (var enableX = new Line(Protocol.HTTP_1_1); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            enableX.network.be(new Mode.Silent());
            var calls = Stream.generate(() -> threads.submit(enableX::failsToMakeARoom)).limit(12).toList();
            for (var call : calls) {
                assertThat(call.get()).isLessThan(BOUND);
            }
            assertThat(enableX.failsToMakeARoom()).isLessThan(Duration.ofSeconds(1));
            enableX.network.pass();
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(enableX::makesARoom);
        }
    }

    private static @Nullable Void trial(Protocol protocol, Mode fault) throws IOException {
        try (var enableX = new Line(protocol)) {
            assertThat(enableX.makesARoom()).isTrue();
            enableX.network.be(fault);
            assertThat(enableX.failsToMakeARoom()).as(fault + " over " + protocol).isLessThan(BOUND);
            enableX.network.pass();
            // the caller who tries again as told
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(enableX.makesARoom()).as("after " + fault + " over " + protocol).isTrue();
            return null;
        }
    }

    /// A provider, the network and the client.
    private static final class Line implements AutoCloseable {
        private final MockWebServer server = new MockWebServer();
        private final FaultProxy network;
        private final RoomProvider rooms;

        Line(Protocol protocol) throws IOException {
            server.setProtocols(List.of(protocol));
            server.setDispatcher(new FakeEnableX());
            server.start();
            network = new FaultProxy(server.getPort());
            var http = EnableXConfiguration.http(Limits.STANDARD).protocols(List.of(protocol)).build();
            var url = HttpUrl.get("http://localhost:" + network.port() + "/video/v2");
            rooms = EnableXConfiguration.provider(http, EnableXServer.requestsTo(url), Limits.STANDARD, false);
        }

        boolean makesARoom() {
            return !rooms.createRoom(UUID.randomUUID(), "alice").isBlank();
        }

        Duration failsToMakeARoom() {
            long begun = System.nanoTime();
            assertThatExceptionOfType(RoomFailure.class).isThrownBy(this::makesARoom)
                    .returns(RoomFailure.Kind.UNAVAILABLE, RoomFailure::kind);
            return Duration.ofNanos(System.nanoTime() - begun);
        }

        @Override
        public void close() {
            network.close();
            server.close();
        }
    }
}
