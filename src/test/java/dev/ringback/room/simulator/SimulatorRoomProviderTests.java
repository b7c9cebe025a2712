package dev.ringback.room.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ringback.room.RoomModule;
import dev.ringback.room.RoomProvider;
import dev.ringback.room.RoomProvider.Role;
import dev.ringback.room.RoomProvider.TokenRequest;
import dev.ringback.room.RoomProviderContract;
import dev.ringback.room.RoomSimulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/// The simulator behind the real client, wired as in the application.
class SimulatorRoomProviderTests extends RoomProviderContract {
    @AutoClose
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(RoomModule.class);

    @Test
    void aTokenSaysThatItIsSimulated() {
        var room = provider().createRoom(UUID.randomUUID(), "alice");
        var token = provider().issueToken(new TokenRequest(room, "bob", "Bob", Role.PARTICIPANT));
        assertThat(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8))
                .contains("\"simulated\":true", "\"user_ref\":\"bob\"", "\"role\":\"participant\"", room);
    }

    @Test
    void itBehavesAsItIsToldFromTheNextRequestOn() {
        var simulator = context.getBean(Simulator.class);
        simulator.configure(Duration.ofMillis(150), 0);
        var start = System.nanoTime();
        provider().createRoom(UUID.randomUUID(), "alice");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void nobodyEntersARoomThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> context.getBean(RoomSimulation.class).enter("no-room", "alice"));
    }

    @Override
    protected RoomProvider provider() {
        return context.getBean(RoomProvider.class);
    }

    @Override
    protected void breakDown() {
        context.getBean(Simulator.class).configure(Duration.ZERO, 1);
    }

    @Override
    protected void hang() {
        context.getBean(Simulator.class).configure(Duration.ofMinutes(1), 0);
    }

    @Override
    protected void startSession(String roomId) {
        context.getBean(RoomSimulation.class).enter(roomId, "alice");
        context.getBean(RoomSimulation.class).enter(roomId, "alice");
    }

    @Override
    protected void endSession(String roomId) {
        context.getBean(RoomSimulation.class).leave(roomId, "bob");
        context.getBean(RoomSimulation.class).leave(roomId, "alice");
    }

    @Override
    protected String foreignRoom(String name) {
        var body = RequestBody.create("{\"name\": \"" + name + "\"}", MediaType.get("application/json"));
        var http = new OkHttpClient.Builder().addInterceptor(context.getBean(Interceptor.class)).build();
        var request = new Request.Builder().url("https://api.enablex.io/video/v2/rooms").post(body).build();
        try (var answer = http.newCall(request).execute()) {
            return JsonMapper.shared().readTree(answer.body().string()).path("room").path("room_id").stringValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected boolean claimsToBeSimulated() {
        return true;
    }
}
