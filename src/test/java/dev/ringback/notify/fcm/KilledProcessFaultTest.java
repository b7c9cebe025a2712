package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.QuickStart;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A process that is killed between the commit of a ring and its push, against a real FCM client.
class KilledProcessFaultTest {
    @TempDir
    private Path folder;

    private final List<String> database = TestDatabase.createAsSettings();

    @Test
    void theRingGoesOutAfterTheRestartOnceOrIsOver() throws Exception {
        try (var fcm = new FakeFcm()) {
            // nothing can be sent before there is an access token
            fcm.hangTokens();
            JsonNode rings;
            JsonNode over;
            try (var first = start(fcm)) {
                register(first, "bob");
                register(first, "carol");
                var alice = Api.user(first.port(), "alice");
                rings = alice.initiate("{\"called_id\":\"bob\",\"ring_timeout\":180}");
                over = alice.initiate("{\"called_id\":\"carol\",\"ring_timeout\":5}");
                await().untilAsserted(() -> assertThat(delivery(alice, rings).get("state").asString())
                        .isEqualTo("sending"));
                first.kill();
            }
            assertThat(fcm.sent()).isEmpty();
            fcm.goOn();
            try (var second = start(fcm)) {
                var alice = Api.user(second.port(), "alice");
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(ringsOf(fcm, rings)).hasSize(1));
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(
                                () -> assertThat(alice.read(over).get("reason").asString("")).isEqualTo("timeout"));
                await().untilAsserted(
                        () -> assertThat(delivery(alice, rings).get("state").asString()).isEqualTo("sent"));
                assertThat(ringsOf(fcm, rings)).hasSize(1);
                assertThat(ringsOf(fcm, over)).as("a ring past its deadline").isEmpty();
                var left = Duration.parse("PT" + ringsOf(fcm, rings).getFirst().path("android").path("ttl").asString());
                assertThat(left).isLessThan(Duration.ofMinutes(3));
            }
        }
    }

    private ServiceProcess start(FakeFcm fcm) throws IOException, InterruptedException {
        var settings = Stream.concat(database.stream(),
                Stream.of("ringback.fcm.base-url=" + fcm.url(),
                        "ringback.fcm.credentials=" + FakeFcm.credentials(fcm.tokenUri()),
                        "ringback.delivery.repeat-after=10m"));
        return ServiceProcess
                .launch(folder, ServiceProcess.freePort(), QuickStart.program(), settings.toArray(String[]::new))
                .awaitReady();
    }

    private static void register(ServiceProcess service, String userId) {
        Api.user(service.port(), userId)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"fcm-registration-token-of-%s\"}".formatted(userId))
                .mustBe(200);
    }

    private static JsonNode delivery(Api caller, JsonNode call) {
        var trace = caller.get("/api/call/" + call.get("call_id").asString() + "/trace").mustBe(200);
        return trace.get("deliveries").get(0);
    }

    private static List<JsonNode> ringsOf(FakeFcm fcm, JsonNode call) {
        return fcm.sent()
                .stream()
                .map(FakeFcm.Sent::message)
                .filter(message -> message.path("data").path("type").asString().equals("incoming_call"))
                .filter(message -> message.path("data").path("call_id").equals(call.get("call_id")))
                .toList();
    }
}
