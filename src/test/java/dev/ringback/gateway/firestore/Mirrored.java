package dev.ringback.gateway.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import dev.ringback.support.Api;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// Users and an app at a fake Firestore, for tests of the mirror.
final class Mirrored {
    private static final AtomicInteger USERS = new AtomicInteger();

    final String alice;
    final String bob;
    final String carol;
    private final int port;
    private final Firestore app;

    Mirrored(int port, Firestore app) {
        int n = USERS.incrementAndGet();
        this.port = port;
        this.app = app;
        this.alice = "fs-alice-" + n;
        this.bob = "fs-bob-" + n;
        this.carol = "fs-carol-" + n;
    }

    Api as(String userId) {
        return Api.user(port, userId);
    }

    /// Alice calls Bob, and the document says so.
    JsonNode ringing() {
        var call = as(alice).call(bob);
        awaitState(call, "ringing");
        return call;
    }

    static String room(JsonNode call) {
        return call.get("room_id").asString();
    }

    static String id(JsonNode call) {
        return call.get("call_id").asString();
    }

    DocumentSnapshot document(JsonNode call) {
        return FakeFirestore.read(app, room(call));
    }

    /// Waits until Ringback has written that this very call is in this state.
    DocumentSnapshot awaitState(JsonNode call, String state) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var document = document(call);
            assertThat(document.getString("call_id")).isEqualTo(id(call));
            assertThat(List.of(String.valueOf(document.get("state")), String.valueOf(document.get("ringback_state"))))
                    .containsExactly(state, state);
        });
        return document(call);
    }

    /// What an app writes into the document, as if the rules had let it.
    void write(JsonNode call, Map<String, Object> fields) {
        FakeFirestore.done(app.collection("calls").document(room(call)).update(fields));
    }

    /// Waits until Ringback has told the app that its word is not followed.
    DocumentSnapshot awaitRefusal(JsonNode call, String code) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(document(call).get("refused.code")).isEqualTo(code));
        return document(call);
    }
}
