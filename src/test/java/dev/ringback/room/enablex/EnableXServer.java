package dev.ringback.room.enablex;

import dev.ringback.room.RoomModule;
import dev.ringback.room.RoomProvider;
import dev.ringback.room.RoomProvider.Deletion;
import dev.ringback.room.RoomProvider.MadeRoom;
import dev.ringback.room.RoomProvider.Occupancy;
import dev.ringback.room.RoomProvider.Role;
import dev.ringback.room.RoomProvider.TokenRequest;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;

/// A server in EnableX's place that answers what it is told to, and a provider that asks it with little patience.
final class EnableXServer implements AutoCloseable {
    static final UUID CALL = UUID.fromString("0199f1d0-0000-7000-8000-000000000001");
    static final Account ACCOUNT = new Account("the-app-id", "the-app-key");
    static final TokenRequest TOKEN = new TokenRequest("r1", "bob", "Bob", Role.PARTICIPANT);

    /// Long enough for a busy test machine, and a breaker that stays closed.
    static final Limits SHORT = new Limits(
            Duration.ofMillis(500),
            Duration.ofMillis(1_200),
            2,
            Duration.ofMillis(4),
            CircuitBreakerConfig.custom().minimumNumberOfCalls(1_000).build());

    static {
        // a JVM's first request loads half of the HTTP client: not within the time of a test
        var once = new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), 0, Duration.ofMillis(4), SHORT.breaker());
        try (var enableX = new EnableXServer(once)) {
            enableX.answers(token()).issueToken();
        }
    }

    private final MockWebServer server = new MockWebServer();
    private final RoomProvider provider;

    EnableXServer() {
        this(SHORT);
    }

    EnableXServer(Limits limits) {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        provider = EnableXConfiguration.provider(requestsTo(url()), limits);
    }

    static EnableXRequests requestsTo(HttpUrl baseUrl) {
        return new EnableXRequests(baseUrl, ACCOUNT, RoomModule.INSTALLATION);
    }

    HttpUrl url() {
        return server.url("/video/v2");
    }

    EnableXServer answers(MockResponse.Builder... answers) {
        for (var answer : answers) {
            server.enqueue(answer.build());
        }
        return this;
    }

    EnableXServer answers(int status, String body) {
        return answers(answer(status, body));
    }

    static MockResponse.Builder answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body);
    }

    static MockResponse.Builder room() {
        return answer(200, "{\"result\": 0, \"room\": {\"room_id\": \"r1\"}}");
    }

    static MockResponse.Builder token() {
        return answer(200, "{\"result\": 0, \"token\": \"t1\"}");
    }

    String createRoom() {
        return provider.createRoom(CALL, "alice");
    }

    String issueToken() {
        return issueToken(TOKEN);
    }

    String issueToken(TokenRequest request) {
        return provider.issueToken(request);
    }

    Deletion deleteRoom() {
        return provider.deleteRoom("r1");
    }

    List<MadeRoom> listRooms() {
        return provider.listRooms();
    }

    Occupancy occupancy() {
        return provider.occupancyOf("r1");
    }

    int requests() {
        return server.getRequestCount();
    }

    RecordedRequest nextRequest() {
        try {
            return Objects.requireNonNull(server.takeRequest(5, TimeUnit.SECONDS), "no request came");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
