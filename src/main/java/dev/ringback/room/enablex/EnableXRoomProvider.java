package dev.ringback.room.enablex;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.room.enablex.Answer.Done;
import dev.ringback.room.enablex.Answer.Failed;
import dev.ringback.room.enablex.Answer.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Rooms by EnableX, or by whoever answers in its place.
///
/// @param lists asks for lists, which are long; it has a circuit breaker of its own, since a project whose list does not
///        come can still ring
/// @param simulated nobody can meet in these rooms
record EnableXRoomProvider(EnableXRequests requests, EnableXClient client, EnableXClient lists, boolean simulated)
        implements
            RoomProvider {
    private static final Logger log = LoggerFactory.getLogger(EnableXRoomProvider.class);
    private static final String NO_USERS = "no users, and not that there are none";

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

    /// *Get a list of Rooms* answers all rooms of the project, in no pages and of whatever application.
    @Override
    public List<MadeRoom> listRooms() {
        return switch (lists.ask(requests.listRooms(), Resend.FREELY)) {
            case Done done -> made(done.body().path("rooms"));
            case Refused refused -> throw noList(refused.text());
            case Failed failed when failed.fault() == Fault.UNREADABLE -> throw noList(failed.text());
            case Failed failed -> throw new RoomFailure(RoomFailure.Kind.UNAVAILABLE,
                    "EnableX: list rooms failed: " + failed.text(), failed.cause());
        };
    }

    /// All or nothing: where one room is not as documented, the others may mean something else than they seem to.
    private List<MadeRoom> made(JsonNode rooms) {
        if (!rooms.isArray()) {
            throw noList("no rooms in the answer");
        }
        var made = new ArrayList<MadeRoom>();
        for (var room : rooms) {
            var roomId = room.path("room_id").stringValue("");
            var name = room.path("name").stringValue(null);
            if (roomId.isBlank() || name == null) {
                throw noList("a room without its room_id or its name");
            }
            requests.installation().callOfRoomNamed(name).ifPresent(callId -> made.add(new MadeRoom(roomId, callId)));
        }
        return made;
    }

    /// *Get Users in a Room*. It is asked with the patience of lists: it rings nobody, and must not open the circuit breaker
    /// of what does.
    @Override
    public Occupancy occupancyOf(String roomId) {
        return switch (lists.ask(requests.listUsers(roomId), Resend.FREELY)) {
            case Done done -> occupancyIn(done.body());
            case Refused refused when EnableXErrors.meansRoomIsGone(refused) -> Occupancy.GONE;
            case Refused refused -> throw rejected("list users", refused);
            case Failed failed -> throw unavailable("list users", failed);
        };
    }

    /// A room is empty only if the answer says so, and nothing in it says otherwise.
    private static Occupancy occupancyIn(JsonNode body) {
        var users = body.path("users");
        var total = body.path("total").asString("");
        if (users.size() > 0 || total.matches("[1-9]\\d*")) {
            return Occupancy.OCCUPIED;
        }
        if (users.isArray() || total.equals("0")) {
            return Occupancy.EMPTY;
        }
        log.warn("EnableX answered {}", NO_USERS);
        throw new RoomFailure(RoomFailure.Kind.UNAVAILABLE, "EnableX answered " + NO_USERS);
    }

    private static RoomFailure noList(String why) {
        return new RoomFailure(RoomFailure.Kind.REJECTED, "EnableX lists no rooms: " + why);
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
