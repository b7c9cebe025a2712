package dev.ringback.room.enablex;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/// Times what the room provider is asked, repetitions included, and makes it a part of traces.
record WatchedRooms(RoomProvider rooms, Spans spans, MeterRegistry metrics) implements RoomProvider {
    private static final Duration[] BUCKETS = {Duration.ofMillis(25), Duration.ofMillis(100), Duration.ofMillis(250),
            Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofMillis(2_500), Duration.ofSeconds(5)};

    @Override
    public String createRoom(UUID callId, String ownerId) {
        return watched("create_room", () -> rooms.createRoom(callId, ownerId));
    }

    @Override
    public String issueToken(TokenRequest request) {
        return watched("issue_token", () -> rooms.issueToken(request));
    }

    @Override
    public Deletion deleteRoom(String roomId) {
        return watched("delete_room", () -> rooms.deleteRoom(roomId));
    }

    @Override
    public List<MadeRoom> listRooms() {
        return watched("list_rooms", rooms::listRooms);
    }

    @Override
    public Occupancy occupancyOf(String roomId) {
        return watched("list_users", () -> rooms.occupancyOf(roomId));
    }

    @Override
    public boolean simulated() {
        return rooms.simulated();
    }

    private <T> T watched(String request, Supplier<T> work) {
        long asked = System.nanoTime();
        try (var span = spans.ask("room provider")) {
            span.with("request", request).withCall();
            try {
                T answer = work.get();
                timed(request, "done", asked);
                return answer;
            } catch (RoomFailure failure) {
                var kind = failure.kind().name().toLowerCase(Locale.ROOT);
                timed(request, kind, asked);
                span.failed(kind);
                throw failure;
            }
        }
    }

    private void timed(String request, String outcome, long asked) {
        Timer.builder("ringback.room.requests")
                .description("what the room provider was asked, and how long it took to answer, repetitions included")
                .tags("request", request, "outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(metrics)
                .record(Duration.ofNanos(System.nanoTime() - asked));
    }
}
