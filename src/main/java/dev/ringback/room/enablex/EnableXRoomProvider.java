package dev.ringback.room.enablex;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.room.enablex.Answer.Done;
import dev.ringback.room.enablex.Answer.Failed;
import dev.ringback.room.enablex.Answer.Refused;
import java.util.UUID;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Rooms by EnableX, or by whoever answers in its place.
///
/// @param simulated nobody can meet in these rooms
record EnableXRoomProvider(EnableXRequests requests, EnableXClient client, boolean simulated) implements RoomProvider {
    private static final Logger log = LoggerFactory.getLogger(EnableXRoomProvider.class);

    @Override
    public String createRoom(UUID callId, String ownerId) {
        var created = required("create room", requests.createRoom(callId, ownerId), Resend.IF_SURELY_NOT_DONE);
        return textIn(created.path("room").path("room_id"), "a room without its room_id");
    }

    @Override
    public String issueToken(TokenRequest request) {
        var issued = required("issue token", requests.issueToken(request), Resend.FREELY);
        return textIn(issued.path("token"), "no token");
    }

    @Override
    public Deletion deleteRoom(String roomId) {
        return switch (client.ask(requests.deleteRoom(roomId), Resend.FREELY)) {
            case Done _ -> Deletion.DELETED;
            case Refused refused when EnableXErrors.meansRoomIsGone(refused) -> Deletion.DELETED;
            case Refused refused when EnableXErrors.meansSessionRuns(refused) -> Deletion.IN_USE;
            case Refused refused -> throw rejected("delete room", refused);
            case Failed failed -> throw unavailable("delete room", failed);
        };
    }

    private JsonNode required(String what, Request request, Resend resend) {
        return switch (client.ask(request, resend)) {
            case Done done -> done.body();
            case Refused refused -> throw rejected(what, refused);
            case Failed failed -> throw unavailable(what, failed);
        };
    }

    private static String textIn(JsonNode node, String whatIfMissing) {
        var text = node.stringValue("");
        if (text.isBlank()) {
            log.warn("EnableX answered {}", whatIfMissing);
            throw new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "EnableX answered " + whatIfMissing);
        }
        return text;
    }

    private static RoomFailure rejected(String what, Refused refused) {
        log.warn("EnableX: {} refused: {}", what, refused.text());
        return new RoomFailure(RoomFailure.Kind.REJECTED, "EnableX: " + what + " refused: " + refused.text());
    }

    private static RoomFailure unavailable(String what, Failed failed) {
        // The breaker has said once that it opened.
        if (failed.fault() != Fault.CIRCUIT_OPEN) {
            log.warn("EnableX: {} failed: {}", what, failed.text());
        }
        return new RoomFailure(
                RoomFailure.Kind.UNAVAILABLE,
                "EnableX: " + what + " failed: " + failed.text(),
                failed.cause());
    }
}
