package dev.ringback.webhook.enablex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.call.RoomHint;
import dev.ringback.webhook.Members;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class EnableXEventsTests {

    /// As the documentation has it (*Webhook Notifications*, session ended).
    @Test
    void theDocumentedEndOfASessionIsRead() {
        assertThat(EnableXEvents.read(members(
                """
                        {"type": "roomdrop", "trans_date": 1762345678, "app_id": "5b0e2f1a", "room_id": "5b473c60a31c4a7e8c2b0001",
                         "conf_num": "5b473c60a31c4a7e8c2b0002"}""")))
                .contains(new RoomHint.SessionOver("5b473c60a31c4a7e8c2b0001"));
    }

    @ParameterizedTest
    @CsvSource({"session.ended", "session-ended", "SessionEnded", "session_end", "ROOMDROP", "conference.ended"})
    void anEndMayBeWrittenInManyWays(String type) {
        assertThat(EnableXEvents.read(members("{\"event\":\"%s\",\"room_id\":\"r1\"}".formatted(type))))
                .contains(new RoomHint.SessionOver("r1"));
    }

    @ParameterizedTest
    @CsvSource({"session.started", "session_start", "participant.joined", "participant-joined", "userJoined"})
    void soMayABeginning(String type) {
        assertThat(EnableXEvents.read(members("{\"type\":\"%s\",\"room_id\":\"r1\"}".formatted(type))))
                .contains(new RoomHint.Entered("r1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"roomdrop\",\"data\":{\"room_id\":\"r1\"}}",
            "{\"type\":\"roomdrop\",\"room_id\":null,\"room\":{\"room_id\":\"r1\"}}"})
    void theRoomMayStandDeeper(String event) {
        assertThat(EnableXEvents.read(members(event))).contains(new RoomHint.SessionOver("r1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"type\":\"recording\",\"room_id\":\"r1\"}",
            "{\"type\":\"transcoded\",\"room_id\":\"r1\"}", "{\"type\":\"file-transfer\",\"room_id\":\"r1\"}",
            "{\"type\":\"participant.left\",\"room_id\":\"r1\"}", "{\"type\":7,\"room_id\":\"r1\"}",
            "{\"type\":\"roomdrop\"}", "{\"type\":\"roomdrop\",\"room_id\":5}",
            "{\"type\":\"roomdrop\",\"room_id\":\"\"}",
            "{\"type\":\"roomdrop\",\"room_id\":\"a\\u0000b\"}", "{\"type\":\"roomdrop\",\"room_id\":{\"a\":1}}",
            "{\"type\":\"roomdrop\",\"room_id\":[\"r1\"]}"})
    void whatIsOfNoConcernIsLeft(String event) {
        assertThat(EnableXEvents.read(members(event))).isEmpty();
    }

    @Test
    void anIdThatIsTooLongIsNone() {
        var event = "{\"type\":\"roomdrop\",\"room_id\":\"" + "r".repeat(129) + "\"}";
        assertThat(EnableXEvents.read(members(event))).isEmpty();
    }

    private static Members members(String event) {
        return Members.of(JsonMapper.shared(), event.getBytes(StandardCharsets.UTF_8));
    }
}
