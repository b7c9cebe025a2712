package dev.ringback.faults;

import dev.ringback.support.Api.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the parties do with a call once it is placed: answer it on two devices at once, refuse it, take it back, or let it
/// ring.
final class CallLife {
    private static final int LONGEST_PAUSE_MS = 2_500;
    private static final Executor AT_ONCE = task -> Thread.ofVirtual().start(task);

    private final Cluster cluster;
    private final Records records;
    private final Random random;
    private final String caller;
    private final String called;

    CallLife(Cluster cluster, Records records, long seed, String caller, String called) {
        this.cluster = cluster;
        this.records = records;
        this.random = new Random(seed);
        this.caller = caller;
        this.called = called;
    }

    void live(JsonNode call) {
        pause();
        int chance = random.nextInt(100);
        if (chance < 40) {
            answer(call);
        } else if (chance < 55) {
            command("reject", call, called, null, 0);
        } else if (chance < 70) {
            command("cancel", call, caller, null, 1);
        } else if (chance < 80) {
            command("ringing", call, called, "phone-of-" + called, 0);
        }
    }

    /// The two devices ask different nodes.
    private void answer(JsonNode call) {
        var both = List.of("phone-of-" + called, "tablet-of-" + called)
                .stream()
                .map(device -> CompletableFuture.runAsync(
                        () -> command("accept", call, called, device, device.startsWith("phone") ? 0 : 1), AT_ONCE))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(both).join();
        if (random.nextBoolean()) {
            pause();
            command("end", call, caller, null, 0);
        }
    }

    private void command(String command, JsonNode call, String userId, @Nullable String device, int firstNode) {
        var more = device == null ? "" : ",\"device_id\":\"" + device + "\"";
        Client.ask(firstNode, node -> cluster.api(node, userId).command(command, call, more))
                .ifPresent(answer -> remember(command, call, userId, device, answer));
    }

    private void remember(String command, JsonNode call, String userId, @Nullable String device, Answer answer) {
        if (answer.status() < 300) {
            records.acknowledged(command, Records.idOf(call), userId, device, answer.json());
        } else {
            records.told("refusal", userId, answer.mustBe(409).path("call"));
        }
    }

    private void pause() {
        Client.pause(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MS)));
    }
}
