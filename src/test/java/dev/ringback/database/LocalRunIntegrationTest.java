package dev.ringback.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The service as `spring-boot:run` starts it, in a process of its own that is killed.
class LocalRunIntegrationTest {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    /// The killed run's PostgreSQL lives on, holds the data and must be found.
    @Test
    void aKilledRunIsTakenUpWhereItWas() throws Exception {
        JsonNode call;
        JsonNode rings;
        try (var first = start()) {
            var alice = Api.user(first.port(), "alice");
            call = alice.initiate("{\"called_id\":\"bob\",\"ring_timeout\":5}");
            rings = alice.initiate("{\"called_id\":\"carol\",\"ring_timeout\":180}");
            first.kill();
        }
        try (var second = start()) {
            var alice = Api.user(second.port(), "alice");
            assertThat(alice.read(rings).get("state").asString()).isEqualTo("ringing");
            // its deadline passed while nobody ran
            var timedOut = await().atMost(Duration.ofSeconds(10))
                    .until(() -> alice.read(call), c -> c.get("state").asString().equals("cancelled"));
            assertThat(timedOut.get("reason").asString()).isEqualTo("timeout");
            assertThat(Instant.parse(timedOut.get("ended_at").asString()))
                    .isAfterOrEqualTo(Instant.parse(timedOut.get("expires_at").asString()));
        }
    }

    @Test
    void aSecondRunOnTheSameDataIsRefusedInOneSentence() throws Exception {
        try (var _ = start(); var second = ServiceProcess.launch(folder)) {
            assertThat(second.exitCode()).isNotZero();
            assertThat(second.log()).contains("Another Ringback is running on the database");
            // and the first one's database quotes no rows in the log
            assertThat(folder.resolve("data/postgres/postmaster.opts")).content()
                    .contains("log_error_verbosity=terse");
        }
    }

    private ServiceProcess start() throws IOException {
        return ServiceProcess.launch(folder, "ringback.call.fail-fast=false").awaitReady();
    }
}
