package dev.ringback.room.enablex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.room.RoomProvider.Role;
import dev.ringback.room.RoomProvider.TokenRequest;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnableXRequestsTests {
    @AutoClose
    private final EnableXServer enableX = new EnableXServer();

    @Test
    void aRoomIsAskedForWithTheKnownSettingsOnly() {
        enableX.answers(EnableXServer.room()).createRoom();
        assertThat(enableX.nextRequest()).satisfies(request -> {
            assertThat(request.getRequestLine()).isEqualTo("POST /video/v2/rooms HTTP/1.1");
            assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
            assertThat(bodyOf(request)).isEqualTo("{\"name\":\"ringback0a1b2c3d4e5f0199f1d0000070008000000000000001\","
                    + "\"owner_ref\":\"alice\","
                    + "\"settings\":{\"mode\":\"group\",\"scheduled\":false,\"adhoc\":true},"
                    + "\"data\":{\"call_id\":\"0199f1d0-0000-7000-8000-000000000001\"}}");
        });
    }

    @Test
    void aTokenIsAskedForByNameRoleAndUser() {
        enableX.answers(EnableXServer.token()).issueToken();
        assertThat(enableX.nextRequest()).satisfies(request -> {
            assertThat(request.getRequestLine()).isEqualTo("POST /video/v2/rooms/r1/tokens HTTP/1.1");
            assertThat(bodyOf(request))
                    .isEqualTo("{\"name\":\"Bob\",\"role\":\"participant\",\"user_ref\":\"bob\"}");
        });
    }

    @Test
    void aDeletionNamesTheRoomAndSaysNothingElse() {
        enableX.answers(200, "{\"result\": 0}").deleteRoom();
        assertThat(enableX.nextRequest()).satisfies(request -> {
            assertThat(request.getRequestLine()).isEqualTo("DELETE /video/v2/rooms/r1 HTTP/1.1");
            assertThat(bodyOf(request)).isEmpty();
        });
    }

    @Test
    void roomsAreListedByOneRequest() {
        enableX.answers(200, "{\"result\": 0, \"rooms\": []}").listRooms();
        assertThat(enableX.nextRequest().getRequestLine()).isEqualTo("GET /video/v2/rooms HTTP/1.1");
    }

    @Test
    void everyRequestCarriesTheAccount() {
        enableX.answers(EnableXServer.room(), EnableXServer.token(), EnableXServer.answer(200, "{\"result\": 0}"));
        enableX.createRoom();
        enableX.issueToken();
        enableX.deleteRoom();
        for (int i = 0; i < 3; i++) {
            assertThat(enableX.nextRequest().getHeaders().get("Authorization"))
                    .isEqualTo("Basic dGhlLWFwcC1pZDp0aGUtYXBwLWtleQ==");
        }
    }

    @Test
    void oneConnectionServesManyRequests() {
        enableX.answers(EnableXServer.room(), EnableXServer.token());
        enableX.createRoom();
        enableX.issueToken();
        assertThat(enableX.nextRequest().getConnectionIndex()).isEqualTo(enableX.nextRequest().getConnectionIndex());
    }

    @Test
    void whoHasNoNameIsShownById() {
        enableX.answers(EnableXServer.token()).issueToken(new TokenRequest("r1", "bob", " ", Role.PARTICIPANT));
        assertThat(bodyOf(enableX.nextRequest())).contains("\"name\":\"bob\"");
    }

    @Test
    void theCallerIsModerator() {
        enableX.answers(EnableXServer.token()).issueToken(new TokenRequest("r1", "u", "n", Role.MODERATOR));
        assertThat(bodyOf(enableX.nextRequest())).contains("\"role\":\"moderator\"");
    }

    @ParameterizedTest
    @CsvSource({
            "https://example.org, a/b, https://example.org/rooms/a%2Fb",
            "https://example.org/, a?b#c, https://example.org/rooms/a%3Fb%23c",
            "https://example.org/video/v2/, ../x, https://example.org/video/v2/rooms/..%2Fx"})
    void aRoomIdIsOneSegmentOfThePath(String baseUrl, String roomId, String url) {
        assertThat(requests(baseUrl).deleteRoom(roomId).url()).hasToString(url);
    }

    private static EnableXRequests requests(String baseUrl) {
        return EnableXServer.requestsTo(HttpUrl.get(baseUrl));
    }

    private static String bodyOf(RecordedRequest request) {
        var body = request.getBody();
        return body == null ? "" : body.utf8();
    }
}
