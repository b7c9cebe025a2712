package dev.ringback.room.simulator;

import dev.ringback.room.simulator.SimulatedRooms.Room;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;
import okio.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Answers requests to the EnableX Video API before they reach the network.
///
/// The client in front of it is the one that talks to EnableX, so that a demo and a test go through the same code.
final class SimulatedEnableX implements Interceptor {
    private final Simulator simulator;
    private final SimulatedRooms rooms;
    private final RandomGenerator random;

    SimulatedEnableX(Simulator simulator, SimulatedRooms rooms, RandomGenerator random) {
        this.simulator = simulator;
        this.rooms = rooms;
        this.random = random;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        var settings = simulator.settings();
        takeTime(settings.latency().toNanos(), chain.call().timeout());
        var fails = random.nextDouble() < settings.failureRate();
        return (fails ? failure() : answer(chain.request())).to(chain.request());
    }

    /// Gives up when the caller does: the time limit of a call cannot end a sleep.
    private static void takeTime(long latencyNanos, Timeout callTimeout) throws IOException {
        var limit = callTimeout.timeoutNanos() == 0 ? Long.MAX_VALUE : callTimeout.timeoutNanos();
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(latencyNanos, limit));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (latencyNanos > limit) {
            throw new InterruptedIOException("timeout");
        }
    }

    private Reply answer(Request request) throws IOException {
        var segments = request.url().pathSegments();
        var path = segments.subList(segments.lastIndexOf("rooms") + 1, segments.size());
        if (path.isEmpty()) {
            return switch (request.method()) {
                case "POST" -> createRoom(json(request));
                case "GET" ->
                    Reply.success(Map.of("rooms", rooms.list().stream().map(SimulatedEnableX::describe).toList()));
                default -> notFound();
            };
        }
        var room = rooms.find(path.getFirst());
        return room.isEmpty() ? notFound() : answer(request, room.get(), path.subList(1, path.size()));
    }

    private Reply answer(Request request, Room room, List<String> path) throws IOException {
        return switch (request.method() + " /" + String.join("/", path)) {
            case "GET /" -> Reply.success(Map.of("room", describe(room)));
            case "GET /users" -> users(room);
            case "POST /tokens" -> issueToken(room, json(request));
            case "DELETE /" -> delete(room);
            default -> notFound();
        };
    }

    private Reply createRoom(JsonNode body) {
        var room = rooms.create(body.path("name").asString(""), body.path("owner_ref").asString(""));
        return Reply.success(Map.of("room", describe(room)));
    }

    private static Map<String, Object> describe(Room room) {
        return Map.of("room_id", room.roomId(), "name", room.name(), "owner_ref", room.ownerRef());
    }

    /// As EnableX's, a token is JSON in base64; what it says is that it opens nothing.
    private static Reply issueToken(Room room, JsonNode body) {
        var content = Map.of(
                "simulated",
                true,
                "tokenId",
                UUID.randomUUID().toString(),
                "room_id",
                room.roomId(),
                "user_ref",
                body.path("user_ref").asString(""),
                "role",
                body.path("role").asString(""));
        var json = JsonMapper.shared().writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
        return Reply.success(Map.of("token", Base64.getUrlEncoder().withoutPadding().encodeToString(json)));
    }

    private Reply users(Room room) {
        var people = rooms.peopleIn(room).stream().map(userRef -> Map.of("user_ref", userRef)).toList();
        return Reply.success(Map.of("total", people.size(), "users", people));
    }

    private Reply delete(Room room) {
        if (!rooms.peopleIn(room).isEmpty()) {
            return Reply.error(409, "SESSION_RUNNING", "A session runs in the room");
        }
        rooms.delete(room);
        return Reply.success(Map.of());
    }

    private static JsonNode json(Request request) throws IOException {
        var content = new Buffer();
        var body = request.body();
        if (body != null) {
            body.writeTo(content);
        }
        return JsonMapper.shared().readTree(content.readByteArray());
    }

    private static Reply notFound() {
        return Reply.error(404, "ROOM_NOT_FOUND", "Room not found");
    }

    private static Reply failure() {
        return Reply.error(503, "SERVICE_UNAVAILABLE", "Simulated failure");
    }
}
