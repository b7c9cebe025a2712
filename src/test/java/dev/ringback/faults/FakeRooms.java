package dev.ringback.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// EnableX, which remembers every room that was made and deleted. Each node has an account of its own, so that a room
/// tells who made it.
final class FakeRooms implements AutoCloseable {
    private static final String KEY = "app-key-of-the-crash-suite";

    private final Map<String, Room> rooms = new ConcurrentHashMap<>();
    private final MockWebServer server = new MockWebServer();
    private final Clock clock = Clock.systemUTC();

    /// A room at the provider.
    ///
    /// @param madeBy the name of the node
    record Room(String id, String name, String madeBy, Instant madeAt, @Nullable Instant deletedAt) {
        private Room deleted(Instant at) {
            return deletedAt == null ? new Room(id, name, madeBy, madeAt, at) : this;
        }
    }

    FakeRooms() throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer(request);
            }
        });
        server.start();
    }

    List<String> settings(String node) {
        return List.of("ringback.enablex.base-url=" + server.url("/video/v2"), "ringback.enablex.app-id=" + node,
                "ringback.enablex.app-key=" + KEY);
    }

    /// All that were ever made.
    List<Room> rooms() {
        return List.copyOf(rooms.values());
    }

    @Override
    public void close() {
        server.close();
    }

    private MockResponse answer(RecordedRequest request) {
        var path = request.getUrl().pathSegments();
        return switch (request.getMethod() + path.size()) {
            case "POST3" -> make(request);
            case "GET3" -> list();
            case "POST5" -> isThere(path.get(3))
                    ? json(200, Map.of("result", 0, "token", UUID.randomUUID().toString()))
                    : notFound();
            case "DELETE4" -> delete(path.get(3));
            default -> notFound();
        };
    }

    private MockResponse make(RecordedRequest request) {
        var asked = JsonMapper.shared().readTree(Objects.requireNonNull(request.getBody()).utf8());
        var id = UUID.randomUUID().toString().replace("-", "").substring(0, 24);
        rooms.put(id, new Room(id, asked.path("name").asString(), node(request), clock.instant(), null));
        return json(200, Map.of("result", 0, "room", Map.of("room_id", id)));
    }

    private MockResponse list() {
        var there = rooms.values()
                .stream()
                .filter(room -> room.deletedAt() == null)
                .map(room -> Map.of("room_id", room.id(), "name", room.name()))
                .toList();
        return json(200, Map.of("result", 0, "total", there.size(), "rooms", there));
    }

    private MockResponse delete(String id) {
        var before = rooms.get(id);
        rooms.computeIfPresent(id, (_, room) -> room.deleted(clock.instant()));
        return before == null || before.deletedAt() != null ? notFound() : json(200, Map.of("result", 0));
    }

    private boolean isThere(String id) {
        var room = rooms.get(id);
        return room != null && room.deletedAt() == null;
    }

    private static String node(RecordedRequest request) {
        var basic = Objects.requireNonNull(request.getHeaders().get("Authorization")).substring("Basic ".length());
        var account = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
        return account.substring(0, account.indexOf(':'));
    }

    private static MockResponse notFound() {
        return json(404, Map.of("status", "error", "error_code", "NOT_FOUND", "message", "No such room"));
    }

    static MockResponse json(int status, Map<String, ?> body) {
        return new MockResponse.Builder().code(status).body(JsonMapper.shared().writeValueAsString(body)).build();
    }
}
