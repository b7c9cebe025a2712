package dev.ringback.faults;

import dev.ringback.faults.History.Acknowledged;
import dev.ringback.faults.History.Told;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the clients remember.
final class Records {
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Clock clock = Clock.systemUTC();

    /// @param answer the call, or an empty body
    void acknowledged(String command, UUID callId, String userId, @Nullable String deviceId, JsonNode answer) {
        acknowledged.add(new Acknowledged(command, callId, userId, deviceId, answer.path("version").asInt(0)));
    }

    /// @param call an event, or the call itself
    void told(String how, String userId, JsonNode call) {
        told(how, userId, call, clock.instant());
    }

    void told(String how, String userId, JsonNode call, Instant at) {
        told.add(new Told(idOf(call), userId, how, call.path("version").asInt(), call.path("state").asString(),
                call.path("answered_by_device").asString(null), at));
    }

    static UUID idOf(JsonNode call) {
        return UUID.fromString(call.path("call_id").asString());
    }

    List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    List<Told> told() {
        return List.copyOf(told);
    }
}
