package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.support.Api;
import dev.ringback.support.IntegrationTest;
import dev.ringback.support.StompUser;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What somebody learns who has no part in a call, and what a caller learns about those who are called.
@IntegrationTest
class OutsiderIntegrationTest {
    @LocalServerPort
    private int port;

    private final String aliceId = "alice-" + UUID.randomUUID();
    private final String bobId = "bob-" + UUID.randomUUID();
    private Api alice;
    private Api mallory;
    private JsonNode call;

    @BeforeEach
    void aCallRings() {
        alice = Api.user(port, aliceId);
        mallory = Api.user(port, "mallory-" + UUID.randomUUID());
        call = alice.call(bobId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/call/CALL", "/api/call/ROOM", "/api/call/CALL/trace", "/api/call/ROOM/trace"})
    void aCallOfOthersIsReadAsIfThereWereNone(String path) {
        var others = mallory.get(path.replace("CALL", id("call_id")).replace("ROOM", id("room_id")));
        var unknown = mallory
                .get(path.replace("CALL", UUID.randomUUID().toString()).replace("ROOM", "51a7ed00ffffffffffffffff"));
        assertThat(withoutItsId(others, path)).isEqualTo(withoutItsId(unknown, path));
        others.mustBe(404);
        Api.user(port, bobId).get("/api/call/" + id("call_id")).mustBe(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"accept | ''", "token | ''", "reject | ''", "cancel | ''", "end | ''",
            "ringing | ''", "ignore | ,\"device_id\":\"d\"", "invite | ,\"user_ids\":[\"x\"]"})
    void aCommandOfAnOutsiderChangesNothingAndTellsNothing(String command, String more) throws Exception {
        var refused = mallory.command(command, call, more).mustBe(403, "not_a_party");
        assertThat(refused.toString()).doesNotContain(aliceId, bobId, id("room_id"), "\"state\"", "\"call\"");
        mallory.post("/api/call/" + command, "{\"room_id\":\"%s\"%s}".formatted(id("room_id"), more))
                .mustBe(403, "not_a_party");
        try (var socket = StompUser.connected(port, "mallory")) {
            socket.send(command, "{\"call_id\":\"%s\"%s}".formatted(id("call_id"), more)).mustBe(403, "not_a_party");
        }
        assertThat(alice.read(call)).isEqualTo(withoutToken(call));
    }

    @Test
    void listsHoldTheUsersOwnOnly() {
        assertThat(mallory.get("/api/call").mustBe(200).get("calls")).isEmpty();
        assertThat(mallory.get("/api/call/active").mustBe(200).get("calls")).isEmpty();
        for (var path : List.of("/api/call?user_id=", "/api/call/active?user_id=", "/api/push/devices?user_id=")) {
            mallory.get(path + aliceId).mustBe(403, "user_mismatch");
        }
        // a page that begins at somebody else's call holds nothing of it
        assertThat(mallory.get("/api/call?cursor=" + id("call_id")).mustBe(200).get("calls")).isEmpty();
    }

    /// Whether the called user exists, has a device or is connected shows in how the call goes on, never in this answer.
    @Test
    void theAnswerToACallerIsTheSameWhoeverIsCalled() throws Exception {
        var withDevice = "device-" + UUID.randomUUID();
        Api.user(port, withDevice)
                .post("/api/push/register",
                        "{\"platform\":\"android\",\"token\":\"fcm-token:%s\"}".formatted(UUID.randomUUID()))
                .mustBe(200);
        var connected = "socket-" + UUID.randomUUID();
        try (var _ = StompUser.connected(port, connected)) {
            var unknown = comparable(alice.call("nobody-" + UUID.randomUUID()));
            assertThat(comparable(alice.call(withDevice))).isEqualTo(unknown);
            assertThat(comparable(alice.call(connected))).isEqualTo(unknown);
        }
    }

    private String id(String member) {
        return call.get(member).asString();
    }

    private static String withoutItsId(Api.Answer answer, String path) {
        var json = answer.json();
        var id = json.get("request_id").asString();
        return answer.status() + json.toString().replace(id, "").replaceAll("/api/call/[^\"]*", path);
    }

    private static JsonNode withoutToken(JsonNode answer) {
        var copy = ((ObjectNode) answer).deepCopy();
        copy.remove("caller_token");
        return copy;
    }

    /// What is left when all is gone that is new in each call.
    private static String comparable(JsonNode answer) {
        var text = withoutToken(answer).toString().replace(answer.get("called_id").asString(), "CALLED");
        for (var member : List.of("call_id", "room_id", "created_at", "expires_at")) {
            text = text.replace(answer.get(member).asString(), member);
        }
        return text;
    }
}
