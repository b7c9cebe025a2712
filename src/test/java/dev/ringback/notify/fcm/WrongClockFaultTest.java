package dev.ringback.notify.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.ringback.support.Api;
import dev.ringback.support.QuickStart;
import dev.ringback.support.ServiceProcess;
import dev.ringback.support.StompUser;
import dev.ringback.support.TestDatabase;
import dev.ringback.support.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two nodes on one database, whose own clocks (libfaketime) are 90 s fast and 90 s slow. Nobody notices: what has a
/// deadline has it by the database's clock.
@Timeout(300)
class WrongClockFaultTest {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final Duration RING = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final List<String> database = TestDatabase.createAsSettings();

    @Test
    void callsRingAndTokensEndByTheDatabasesClock() throws Exception {
        var library = library();
        Assumptions.assumeTrue(library.isPresent() || System.getenv("CI") != null,
                "libfaketime is not installed: apt-get install faketime");
        try (var fcm = new FakeFcm();
                var fast = node(fcm, library.orElseThrow(), "fast", "+90");
                var slow = node(fcm, library.orElseThrow(), "slow", "-90")) {
            fast.awaitReady();
            slow.awaitReady();
            awaitClock(fast, Duration.ofSeconds(90));
            awaitClock(slow, Duration.ofSeconds(-90));

            var onFast = call(fcm, fast, slow, "bob");
            var onSlow = call(fcm, slow, fast, "carol");
            for (var node : List.of(fast, slow)) {
                userTokensEndInTime(node);
            }
            timesOutInTime(slow, onFast);
            timesOutInTime(fast, onSlow);

            // a clock that is put right too far, while a call rings
            var jumping = call(fcm, slow, fast, "dave");
            Files.writeString(folder.resolve("slow"), "+90");
            awaitClock(slow, Duration.ofSeconds(90));
            timesOutInTime(slow, jumping);
            timesOutInTime(slow, call(fcm, slow, fast, "erin"));
        }
    }

    /// Rings for five seconds, in the answer and in the push, whose token counts at the other node.
    private static JsonNode call(FakeFcm fcm, ServiceProcess at, ServiceProcess other, String calledId) {
        Api.user(at.port(), calledId)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"fcm-registration-token-of-%s\"}".formatted(calledId))
                .mustBe(200);
        var call = Api.user(at.port(), "alice")
                .initiate("{\"called_id\":\"%s\",\"ring_timeout\":%d}".formatted(calledId, RING.toSeconds()));
        assertThat(time(call, "created_at")).isCloseTo(now(), within(3, ChronoUnit.SECONDS));
        assertThat(Duration.between(time(call, "created_at"), time(call, "expires_at"))).isEqualTo(RING);
        await().until(() -> ring(fcm, call).isPresent());
        var ring = ring(fcm, call).orElseThrow();
        assertThat(Duration.parse("PT" + ring.path("android").path("ttl").asString())).isBetween(Duration.ofSeconds(1),
                RING);
        var actionToken = ring.path("data").path("action_token").asString();
        Api.as(other.port(), actionToken).command("ringing", call).mustBe(204);
        return call;
    }

    private static void timesOutInTime(ServiceProcess node, JsonNode call) {
        var alice = Api.user(node.port(), "alice");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> alice.read(call).get("state").asString().equals("cancelled"));
        var over = alice.read(call);
        assertThat(over.get("reason").asString()).isEqualTo("timeout");
        // a second is promised, the rest is for a slow machine
        assertThat(Duration.between(time(call, "created_at"), time(over, "ended_at"))).isBetween(RING,
                RING.plusSeconds(3));
    }

    private static void userTokensEndInTime(ServiceProcess node) throws Exception {
        var good = endingIn(Duration.ofSeconds(25));
        Api.as(node.port(), good).get("/api/call/active").mustBe(200);
        Api.as(node.port(), endingIn(Duration.ofSeconds(-45))).get("/api/call/active").mustBe(401, "unauthenticated");
        try (var socket = StompUser.connect(node.port(), endingIn(Duration.ofSeconds(4)))) {
            socket.subscribe("/user/queue/replies", null);
            socket.send("end", "{}");
            socket.waitUntilClosed();
        }
    }

    private static String endingIn(Duration left) {
        return Tokens.signed(claims -> claims.subject("alice").expirationTime(Date.from(now().plus(left))));
    }

    /// By the header that the server writes with its own clock.
    private static void awaitClock(ServiceProcess node, Duration off) {
        await().untilAsserted(() -> {
            var date = Api.as(node.port(), null)
                    .get("/actuator/health/liveness")
                    .response()
                    .headers()
                    .firstValue("Date")
                    .orElseThrow();
            assertThat(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
                    .isCloseTo(now().plus(off), within(10, ChronoUnit.SECONDS));
        });
    }

    private ServiceProcess node(FakeFcm fcm, Path library, String name, String offset)
            throws IOException, InterruptedException {
        var clock = Files.writeString(folder.resolve(name), offset);
        // without the fix turned off a JVM hangs: it waits by the monotonic clock; files keep their true times, by which
        // the JVM knows that its cache belongs to them
        var environment = Map.of("LD_PRELOAD", library.toString(), "FAKETIME_TIMESTAMP_FILE", clock.toString(),
                "FAKETIME_CACHE_DURATION", "1", "NO_FAKE_STAT", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0", "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        var settings = Stream.concat(database.stream(),
                Stream.of("ringback.fcm.base-url=" + fcm.url(),
                        "ringback.fcm.credentials=" + FakeFcm.credentials(fcm.tokenUri())));
        return ServiceProcess.launch(folder, ServiceProcess.freePort(), environment, QuickStart.program(),
                settings.toArray(String[]::new));
    }

    private static Optional<JsonNode> ring(FakeFcm fcm, JsonNode call) {
        return fcm.sent()
                .stream()
                .map(FakeFcm.Sent::message)
                .filter(message -> message.path("data").path("type").asString().equals("incoming_call"))
                .filter(message -> message.path("data").path("call_id").equals(call.get("call_id")))
                .findFirst();
    }

    private static Instant time(JsonNode call, String member) {
        return Instant.parse(call.get(member).asString());
    }

    private static Instant now() {
        return Clock.systemUTC().instant();
    }

    /// Where Debian and Ubuntu have it, on any architecture.
    private static Optional<Path> library() throws IOException {
        try (var found = Files.find(LIBRARIES, 3, (path, _) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
            return found.findFirst();
        }
    }
}
