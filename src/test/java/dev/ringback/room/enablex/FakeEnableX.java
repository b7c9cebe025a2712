package dev.ringback.room.enablex;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import tools.jackson.databind.json.JsonMapper;

/// The five routes of the Video API, as its documentation describes them.
final class FakeEnableX extends Dispatcher {
    private final Map<String, String> rooms = new ConcurrentHashMap<>();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean broken;
    private volatile boolean hanging;

    void breakDown() {
        broken = true;
    }

    void hang() {
        hanging = true;
    }

    void startSession(String roomId) {
        sessions.add(roomId);
    }

    /// An adhoc room is removed after its session.
    void endSession(String roomId) {
        sessions.remove(roomId);
        rooms.remove(roomId);
    }

    String addRoom(String name) {
        var id = UUID.randomUUID().toString().replace("-", "").substring(0, 24);
        rooms.put(id, name);
        return id;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        if (hanging) {
            return new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build();
        }
        if (broken) {
            return answer(500, Map.of("status", "error", "error_code", "INTERNAL_ERROR", "request_id", "r1"));
        }
        var path = request.getUrl().pathSegments();
        return switch (request.getMethod() + path.size()) {
            case "GET3" -> list();
            case "POST3" -> createRoom(request);
            case "GET5" -> ifThere(path.get(3), () -> users(path.get(3)));
            case "POST5" -> ifThere(path.get(3), this::issueToken);
            case "DELETE4" -> ifThere(path.get(3), () -> delete(path.get(3)));
            default -> notFound();
        };
    }

    private MockResponse list() {
        var list = rooms.entrySet()
                .stream()
                .map(room -> Map.of("room_id", room.getKey(), "name", room.getValue(), "owner_ref", "xyz"))
                .toList();
        return answer(200, Map.of("result", 0, "rooms", list));
    }

    private MockResponse createRoom(RecordedRequest request) {
        var body = Objects.requireNonNull(request.getBody()).utf8();
        var id = addRoom(JsonMapper.shared().readTree(body).path("name").stringValue());
        return answer(200, Map.of("result", 0, "room", Map.of("room_id", id)));
    }

    private MockResponse issueToken() {
        return answer(200, Map.of("result", 0, "token", UUID.randomUUID().toString()));
    }

    private MockResponse users(String roomId) {
        var users = sessions.contains(roomId) ? List.of(Map.of("user_ref", "alice")) : List.of();
        return answer(200, Map.of("result", 0, "total", users.size(), "users", users));
    }

    private MockResponse delete(String roomId) {
        if (sessions.contains(roomId)) {
            return answer(200, Map.of("result", 4111, "error", "Conference running", "desc", "Try later"));
        }
        rooms.remove(roomId);
        return answer(200, Map.of("result", "0"));
    }

    private MockResponse ifThere(String roomId, Supplier<MockResponse> answer) {
        return rooms.containsKey(roomId) ? answer.get() : notFound();
    }

    private static MockResponse notFound() {
        return answer(404, Map.of("status", "error", "error_code", "NOT_FOUND", "message", "No such room"));
    }

    private static MockResponse answer(int status, Map<String, Object> body) {
        return new MockResponse.Builder().code(status).body(JsonMapper.shared().writeValueAsString(body)).build();
    }
}
