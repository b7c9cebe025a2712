package dev.ringback.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A process that is killed while its endpoint has taken nothing yet.
class KilledSenderFaultTest {
    @TempDir
    private Path folder;

    private final List<String> database = TestDatabase.createAsSettings();

    @Test
    void whatItHadNotSentGoesOutAfterTheRestartInItsOrder() throws Exception {
        try (var receiver = new Receiver()) {
            var hangs = receiver.hang();
            JsonNode call;
            try (var first = start(receiver)) {
                var alice = Api.user(first.port(), "alice");
                call = alice.call("bob");
                Api.user(first.port(), "bob").command("accept", call).mustBe(200);
                alice.command("end", call).mustBe(200);
                await().until(() -> receiver.open() > 0);
                first.kill();
            }
            hangs.countDown();
            try (var _ = start(receiver)) {
                // what it had in hand is taken over when its lease ends
                await().atMost(Lane.LEASE.plus(Duration.ofSeconds(20)))
                        .untilAsserted(() -> assertThat(receiver.typesOf(call)).containsExactly("call.initiated",
                                "call.accepted", "call.ended"));
            }
        }
    }

    private ServiceProcess start(Receiver receiver) throws Exception {
        var settings = Stream.concat(database.stream(),
                Stream.of("ringback.call.fail-fast=false", "ringback.webhook.out.allow-private-addresses=true",
                        "ringback.webhook.out.endpoints[0].url=" + receiver.url(),
                        "ringback.webhook.out.endpoints[0].secrets=" + receiver.secretOf()));
        return ServiceProcess.launch(folder, settings.toArray(String[]::new)).awaitReady();
    }
}
