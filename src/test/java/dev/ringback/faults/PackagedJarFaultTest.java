package dev.ringback.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.PostgresServer;
import dev.ringback.support.ServiceProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every other test here builds on: the jar starts on a PostgreSQL elsewhere, goes on after that was killed, and
/// ends when it is asked to.
class PackagedJarFaultTest {
    /// As a process ends that SIGTERM has ended.
    private static final int TERMINATED = 143;

    @TempDir
    private Path folder;

    @Test
    void itServesThroughTheDeathOfItsDatabaseAndAPauseAndStopsInOrder() throws Exception {
        try (var postgres = PostgresServer.start(folder.resolve("data"));
                var service = ServiceProcess.launchJar(folder, ServiceProcess.freePort(),
                        List.of("-XX:TieredStopAtLevel=1"),
                        with(postgres)).awaitReady()) {
            var alice = Api.user(service.port(), "alice");
            var call = alice.call("bob");

            postgres.kill();
            assertThatThrownBy(() -> postgres.connect().close()).isInstanceOf(SQLException.class);
            assertThat(alice.get("/api/call/active").status()).isEqualTo(503);
            postgres.start();
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(alice.read(call).get("state").asString()).isEqualTo("ringing"));

            service.freeze();
            var answer = CompletableFuture.supplyAsync(() -> alice.get("/api/call/active"));
            assertThatThrownBy(() -> answer.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            service.thaw();
            assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);

            service.terminate();
            assertThat(service.exitCode()).isEqualTo(TERMINATED);
        }
    }

    private static String[] with(PostgresServer postgres) {
        return Stream.concat(postgres.settings().stream(), Stream.of("ringback.call.fail-fast=false"))
                .toArray(String[]::new);
    }
}
