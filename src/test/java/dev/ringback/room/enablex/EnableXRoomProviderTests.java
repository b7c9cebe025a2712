package dev.ringback.room.enablex;

import dev.ringback.room.RoomModule;
import dev.ringback.room.RoomProvider;
import dev.ringback.room.RoomProviderContract;
import java.io.IOException;
import java.util.Objects;
import mockwebserver3.MockWebServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

class EnableXRoomProviderTests extends RoomProviderContract {
    @AutoClose
    private final MockWebServer server = new MockWebServer();
    private final FakeEnableX enableX = new FakeEnableX();
    private @Nullable RoomProvider provider;

    @BeforeEach
    void startServer() throws IOException {
        server.setDispatcher(enableX);
        server.start();
        provider = EnableXConfiguration.provider(
                new EnableXRequests(server.url("/video/v2"), new Account("id", "key"), RoomModule.INSTALLATION),
                Limits.STANDARD);
    }

    @Override
    protected RoomProvider provider() {
        return Objects.requireNonNull(provider);
    }

    @Override
    protected void breakDown() {
        enableX.breakDown();
    }

    @Override
    protected void hang() {
        enableX.hang();
    }

    @Override
    protected void startSession(String roomId) {
        enableX.startSession(roomId);
    }

    @Override
    protected void endSession(String roomId) {
        enableX.endSession(roomId);
    }

    @Override
    protected String foreignRoom(String name) {
        return enableX.addRoom(name);
    }

    @Override
    protected boolean claimsToBeSimulated() {
        return false;
    }
}
