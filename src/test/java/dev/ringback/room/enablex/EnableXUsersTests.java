package dev.ringback.room.enablex;

import static dev.ringback.room.enablex.EnableXServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomFailure.Kind;
import dev.ringback.room.RoomProvider.Occupancy;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What EnableX answers when it is asked who is in a room.
class EnableXUsersTests {
    @AutoClose
    private final EnableXServer enableX = new EnableXServer();

    @Test
    void theUsersOfTheRoomAreAskedFor() {
        enableX.answers(200, "{\"result\": 0, \"total\": 0, \"users\": []}");
        enableX.occupancy();
        var request = enableX.nextRequest();
        assertThat(request.getMethod()).isEqualTo("GET");
        assertThat(request.getUrl().encodedPath()).isEqualTo("/video/v2/rooms/r1/users");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo(EnableXServer.ACCOUNT.authorization());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OCCUPIED | {"result": 0, "total": 1, "users": [{"user_ref": "alice"}]}
            OCCUPIED | {"result": "0", "total": "2", "users": []}
            OCCUPIED | {"result": 0, "total": 0, "users": [{}]}
            OCCUPIED | {"result": 0, "total": 3}
            EMPTY    | {"result": 0, "total": 0, "users": []}
            EMPTY    | {"result": "0", "total": "0", "users": []}
            EMPTY    | {"result": 0, "users": []}
            EMPTY    | {"result": 0, "total": 0}
            """)
    void aRoomIsEmptyOnlyIfNothingSaysOtherwise(Occupancy occupancy, String body) {
        enableX.answers(200, body);
        assertThat(enableX.occupancy()).isEqualTo(occupancy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            404 | {"status": "error", "error_code": "NOT_FOUND", "message": "No such room"}
            200 | {"result": 1, "error": "Room not found", "desc": "x"}
            """)
    void nobodyIsInARoomThatIsGone(int status, String body) {
        enableX.answers(status, body);
        assertThat(enableX.occupancy()).isEqualTo(Occupancy.GONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"result\": 0}", "{\"result\": 0, \"users\": null}",
            "{\"result\": 0, \"users\": \"none\"}",
            "{\"result\": 0, \"total\": null}", "{\"result\": 0, \"total\": \"few\"}", "[]", "<html>", ""})
    void whatSaysNothingOfUsersIsNoAnswer(String body) {
        enableX.answers(200, body);
        fails(Kind.UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource({"401, REJECTED", "403, REJECTED", "400, REJECTED", "500, UNAVAILABLE", "503, UNAVAILABLE",
            "429, UNAVAILABLE"})
    void aRefusalOrAFailureEmptiesNoRoom(int status, Kind kind) {
        enableX.answers(answer(status, ""), answer(status, ""), answer(status, ""));
        fails(kind);
    }

    @Test
    void aRefusalThatIsNotUnderstoodEmptiesNoRoom() {
        enableX.answers(200, "{\"result\": 4242, \"error\": \"Something else\"}");
        fails(Kind.REJECTED);
    }

    private void fails(Kind kind) {
        assertThatExceptionOfType(RoomFailure.class).isThrownBy(enableX::occupancy).returns(kind, RoomFailure::kind);
    }
}
