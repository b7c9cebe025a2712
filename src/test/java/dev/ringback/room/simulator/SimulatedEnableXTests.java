package dev.ringback.room.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulatedEnableXTests {
    private static final String ROOMS = "https://api.enablex.io/video/v2/rooms";
    private static final RequestBody BODY = RequestBody.create(
            "{\"name\": \"n\", \"owner_ref\": \"alice\"}",
            MediaType.get("application/json"));

    private final Random random = new Random(1);
    private final SimulatedRooms rooms = new SimulatedRooms(random);
    private final Simulator simulator = new Simulator(new SimulatorSettings(Duration.ZERO, 0), rooms);
    private final OkHttpClient http = new OkHttpClient.Builder()
            .addInterceptor(new SimulatedEnableX(simulator, rooms, random))
            .build();

    @Test
    void aRoomIdLooksLikeEnableXsAndTellsWhereItIsFrom() throws IOException {
        assertThat(createRoom()).matches("51a7ed00[0-9a-f]{16}");
    }

    @Test
    void aRoomCanBeLookedAt() throws IOException {
        var id = createRoom();
        var room = json(get("/" + id));
        assertThat(room.path("result").intValue()).isZero();
        assertThat(room.path("room").path("room_id").stringValue()).isEqualTo(id);
        assertThat(room.path("room").path("owner_ref").stringValue()).isEqualTo("alice");
    }

    @Test
    void roomsAreListed() throws IOException {
        var id = createRoom();
        var list = json(get(""));
        assertThat(list.path("result").intValue()).isZero();
        assertThat(list.path("rooms").get(0).path("name").stringValue()).isEqualTo("n");
        assertThat(list.path("rooms").get(0).path("room_id").stringValue()).isEqualTo(id);
    }

    @Test
    void nobodyIsInARoom() throws IOException {
        assertThat(json(get("/" + createRoom() + "/users")).path("total").intValue()).isZero();
    }

    @Test
    void whoIsInARoomIsListedInTheOrderOfJoining() throws IOException {
        var id = createRoom();
        simulator.enter(id, "bob");
        simulator.enter(id, "alice");
        var users = json(get("/" + id + "/users"));
        assertThat(users.path("total").intValue()).isEqualTo(2);
        assertThat(users.path("users").valueStream().map(user -> user.path("user_ref").stringValue()))
                .containsExactly("bob", "alice");
    }

    @Test
    void aRoomOfAnEarlierRunStillOpens() throws IOException {
        var token = json(send(new Request.Builder().url(ROOMS + "/51a7ed000123456789abcdef/tokens").post(BODY)));
        assertThat(token.path("token").stringValue()).isNotBlank();
    }

    @Test
    void aDeletedRoomDoesNotPassForOneOfAnEarlierRun() throws IOException {
        var id = createRoom();
        send(new Request.Builder().url(ROOMS + "/" + id).delete()).close();
        assertThat(statusOf(get("/" + id))).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/66f2a1b2c3d4e5f6a7b8c9d0", "/51a7ed000123456789abcdef/nothing"})
    void whatIsNotThereIsNotFound(String path) throws IOException {
        assertThat(statusOf(get(path))).isEqualTo(404);
    }

    @Test
    void aFailureHasEnableXsShape() throws IOException {
        simulator.configure(Duration.ZERO, 1);
        var answer = get("/x");
        assertThat(answer.code()).isEqualTo(503);
        var body = json(answer);
        assertThat(body.path("status").stringValue()).isEqualTo("error");
        assertThat(body.path("error_code").stringValue()).isEqualTo("SERVICE_UNAVAILABLE");
        assertThat(body.path("request_id").stringValue()).isNotBlank();
    }

    @Test
    void theOldestRoomsAreForgotten() {
        var first = rooms.create("first", "alice");
        for (int i = 0; i < 100_000; i++) {
            rooms.create("another", "alice");
        }
        assertThat(rooms.find(first.roomId())).get().returns("forgotten", SimulatedRooms.Room::name);
    }

    private String createRoom() throws IOException {
        return json(send(new Request.Builder().url(ROOMS).post(BODY))).path("room").path("room_id").stringValue();
    }

    private Response get(String path) throws IOException {
        return send(new Request.Builder().url(ROOMS + path));
    }

    private Response send(Request.Builder request) throws IOException {
        return http.newCall(request.build()).execute();
    }

    private static int statusOf(Response response) {
        try (response) {
            return response.code();
        }
    }

    private static JsonNode json(Response response) throws IOException {
        try (response) {
            return JsonMapper.shared().readTree(response.body().string());
        }
    }
}
