package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The service as `spring-boot:run` starts it, in a process of its own that is killed.
class LocalRunIntegrationTest {
    private static final Duration STARTUP = Duration.ofMinutes(2);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopAll() throws Exception {
        for (var process : started) {
            process.destroy();
            process.waitFor();
        }
    }

    /// The killed run's PostgreSQL lives on, holds the data and must be found.
    @Test
    void aKilledRunIsTakenUpWhereItWas() throws Exception {
        int port = freePort();
        var first = start(port);
        var alice = Api.user(port, "alice");
        var call = alice.initiate("{\"called_id\":\"bob\",\"ring_timeout\":5}");
        var rings = alice.initiate("{\"called_id\":\"carol\",\"ring_timeout\":180}");
        first.destroyForcibly().waitFor();

        start(port);
        assertThat(alice.read(rings).get("state").asString()).isEqualTo("ringing");
        // its deadline passed while nobody ran
        var timedOut = await().atMost(Duration.ofSeconds(10))
                .until(() -> alice.read(call), c -> c.get("state").asString().equals("cancelled"));
        assertThat(timedOut.get("reason").asString()).isEqualTo("timeout");
        assertThat(Instant.parse(timedOut.get("ended_at").asString()))
                .isAfterOrEqualTo(Instant.parse(timedOut.get("expires_at").asString()));
    }

    @Test
    void aSecondRunOnTheSameDataIsRefusedInOneSentence() throws Exception {
        start(freePort());
        var second = launch(freePort(), "second.log");
        assertThat(second.waitFor()).isNotZero();
        assertThat(Files.readString(folder.resolve("second.log")))
                .contains("Another Ringback is running on the database");
    }

    private Process start(int port) throws IOException {
        var process = launch(port, "run.log");
        await().atMost(STARTUP).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(folder.resolve("run.log"))).isTrue();
            return isReady(port);
        });
        return process;
    }

    private Process launch(int port, String log) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"),
                "dev.ringback.RingbackApplication", "--server.port=" + port,
                "--ringback.auth.hs256-secret=" + Tokens.SECRET).directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
        started.add(process);
        return process;
    }

    private static boolean isReady(int port) {
        try {
            return Api.as(port, null).get("/actuator/health/readiness").status() == 200;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
