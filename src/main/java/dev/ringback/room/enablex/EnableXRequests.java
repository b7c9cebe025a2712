package dev.ringback.room.enablex;

import dev.ringback.net.OnceBody;
import dev.ringback.room.Installation;
import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider.Role;
import dev.ringback.room.RoomProvider.TokenRequest;
import java.util.UUID;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;

/// The requests of the Video API v2 (enablex.io/developer/video-api/server-api, *Rooms Route* and *Create Token*).
record EnableXRequests(HttpUrl baseUrl, Account account, Installation installation) {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final OnceBody EMPTY = new OnceBody(new byte[0], JSON);

    Request createRoom(UUID callId, String ownerId) {
        var room = new NewRoom(installation.nameOfRoomFor(callId), ownerId, RoomSettings.ONE_SESSION,
                new CallReference(callId));
        return to(rooms().build()).post(json(room)).build();
    }

    Request issueToken(TokenRequest request) {
        var token = new NewToken(shownName(request), nameOf(request.role()), request.userId());
        return to(room(request.roomId()).addPathSegment("tokens").build()).post(json(token)).build();
    }

    Request deleteRoom(String roomId) {
        return to(room(roomId).build()).delete(EMPTY).build();
    }

    Request listRooms() {
        return to(rooms().build()).build();
    }

    Request listUsers(String roomId) {
        return to(room(roomId).addPathSegment("users").build()).build();
    }

    /// What is sent again is decided by [Resend] alone.
    private static OnceBody json(Object value) {
        return new OnceBody(JsonMapper.shared().writeValueAsBytes(value), JSON);
    }

    private HttpUrl.Builder rooms() {
        return baseUrl.newBuilder().addPathSegment("rooms");
    }

    /// A room id is one path segment, whatever it holds: an empty one or `..` would name something else.
    private HttpUrl.Builder room(String roomId) {
        var url = rooms().addPathSegment(roomId);
        var segment = url.build().pathSegments().getLast();
        if (segment.isBlank() || !segment.equals(roomId)) {
            throw new RoomFailure(RoomFailure.Kind.REJECTED, "not the id of a room");
        }
        return url;
    }

    private Request.Builder to(HttpUrl url) {
        return new Request.Builder().url(url).header("Authorization", account.authorization());
    }

    /// A token without a name is refused (10002).
    private static String shownName(TokenRequest request) {
        return request.displayName().isBlank() ? request.userId() : request.displayName();
    }

    private static String nameOf(Role role) {
        return switch (role) {
            case MODERATOR -> "moderator";
            case PARTICIPANT -> "participant";
        };
    }

    @JsonNaming(SnakeCaseStrategy.class)
    private record NewRoom(String name, String ownerRef, RoomSettings settings, CallReference data) {}

    /// Nothing but these: an unknown key is refused (10009), a `duration` would keep the room open for more sessions,
    /// and `wait_for_moderator` would let a called user wait who is there before the caller.
    private record RoomSettings(String mode, boolean scheduled, boolean adhoc) {
        static final RoomSettings ONE_SESSION = new RoomSettings("group", false, true);
    }

    @JsonNaming(SnakeCaseStrategy.class)
    private record CallReference(UUID callId) {}

    @JsonNaming(SnakeCaseStrategy.class)
    private record NewToken(String name, String role, String userRef) {}
}
