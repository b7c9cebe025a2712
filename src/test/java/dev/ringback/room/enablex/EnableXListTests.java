package dev.ringback.room.enablex;

import static dev.ringback.room.enablex.EnableXServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomFailure.Kind;
import dev.ringback.room.RoomProvider.MadeRoom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What EnableX answers to *Get a list of Rooms*.
class EnableXListTests {
    private static final String NAME = "ringback0a1b2c3d4e5f0199f1d0000070008000000000000001";

    @AutoClose
    private final EnableXServer enableX = new EnableXServer();

    /// As the documentation has it (github.com/EnableX, *Get a list of Rooms*).
    @Test
    void theDocumentedAnswerIsRead() {
        enableX.answers(200, """
                {"result": 0, "rooms": [{"name": "Topic or Room Title", "owner_ref": "xyz",
                  "settings": {"description": "Descriptive text", "mode": "group", "scheduled": false, "adhoc": false,
                    "duration": 50, "moderators": "2", "participants": "10", "billing_code": "", "quality": "HD"},
                  "sip": {"enabled": false}, "data": {"custom_key": ""}, "created": "2018-07-12T11:30:24.851Z",
                  "room_id": "5b473c60a31c4a7e8c2b0001"},
                 {"name": "%s", "owner_ref": "alice", "settings": {"mode": "group", "adhoc": true}, "sip": {},
                  "data": {"call_id": "x"}, "created": "2026-11-21T11:30:24.851Z",
                  "room_id": "5b473c60a31c4a7e8c2b0002"}]}""".formatted(NAME));
        assertThat(enableX.listRooms()).containsExactly(new MadeRoom("5b473c60a31c4a7e8c2b0002", EnableXServer.CALL));
    }

    @Test
    void aProjectWithoutRoomsHasAnEmptyList() {
        enableX.answers(200, "{\"result\": 0, \"rooms\": []}");
        assertThat(enableX.listRooms()).isEmpty();
    }

    @Test
    void aLongListIsReadWhole() {
        var filler = "x".repeat(500);
        var rooms = IntStream.range(0, 5_000)
                .mapToObj(i -> "{\"room_id\": \"r" + i + "\", \"name\": \"" + NAME + "\", \"filler\": \"" + filler
                        + "\"}")
                .collect(Collectors.joining(","));
        enableX.answers(200, "{\"result\": 0, \"rooms\": [" + rooms + "]}");
        assertThat(enableX.listRooms()).hasSize(5_000);
    }

    @Test
    void anEndlessListIsNoneAndTakesNoMemory() {
        enableX.answers(200, "{\"result\": 0, \"rooms\": [" + " ".repeat(AnswerReader.MAX_LIST_BYTES) + "]}");
        fails(Kind.REJECTED);
    }

    /// One room that is not as documented spoils the list: the others may mean something else than they seem to.
    @ParameterizedTest
    @ValueSource(strings = {"{\"result\": 0}", "{\"result\": 0, \"rooms\": null}", "{\"result\": 0, \"rooms\": {}}",
            "{\"result\": 0, \"rooms\": [[]]}", "{\"result\": 0, \"rooms\": [\"r1\"]}",
            "{\"result\": 0, \"rooms\": [{\"room_id\": \"r1\"}]}", "{\"result\": 0, \"rooms\": [{\"name\": \"n\"}]}",
            "{\"result\": 0, \"rooms\": [{\"room_id\": 17, \"name\": \"n\"}]}",
            "{\"result\": 0, \"rooms\": [{\"room_id\": \" \", \"name\": \"n\"}]}",
            "{\"result\": 0, \"rooms\": [{\"room_id\": \"r1\", \"name\": \"" + NAME + "\"}, {}]}", "[]", "{}", "<html>",
            ""})
    void anUnknownShapeIsNoList(String body) {
        enableX.answers(200, body);
        fails(Kind.REJECTED);
    }

    @ParameterizedTest
    @CsvSource({"404, REJECTED", "405, REJECTED", "401, REJECTED", "500, UNAVAILABLE", "503, UNAVAILABLE",
            "429, UNAVAILABLE"})
    void whoCannotListIsRejectedAndWhoCannotNowIsUnavailable(int status, Kind kind) {
        enableX.answers(answer(status, ""), answer(status, ""), answer(status, ""));
        fails(kind);
    }

    @Test
    void aListThatBreaksOffIsNone() {
        var whole = "{\"result\": 0, \"rooms\": [{\"room_id\": \"r1\", \"name\": \"" + NAME + "\"}";
        enableX.answers(200, whole);
        fails(Kind.REJECTED);
    }

    private void fails(Kind kind) {
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::listRooms).returns(kind, RoomFailure::kind);
    }
}
