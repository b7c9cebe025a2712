package dev.ringback.webhook.enablex;

import dev.ringback.call.RoomHint;
import dev.ringback.webhook.Members;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads what EnableX's webhook says.
///
/// Documented is `{"type": "roomdrop", "trans_date", "app_id", "room_id", "conf_num"}` for the end of a session, beside types
/// that are of no concern here (developer.enablex.io/video/workflow/webhooks.html). The newer overview also promises the
/// start of a session and participants who join, and leaves open how these are written: so a type counts by its letters
/// alone (`session.started` and `SessionStarted` are one), may stand under `type` or `event`, and the room may stand under
/// `data` or `room`. What happened when (`trans_date`) decides nothing: the provider is asked how it is now.
final class EnableXEvents {
    private static final Set<String> SESSION_OVER = Set.of("roomdrop", "roomdropped", "roomended", "sessionend",
            "sessionended", "sessionstop", "sessionstopped", "conferenceended");
    private static final Set<String> ENTERED = Set.of("roomstarted", "sessionstart", "sessionstarted",
            "conferencestarted", "participantjoin", "participantjoined", "userjoin", "userjoined", "userconnected");

    private EnableXEvents() {}

    /// What it says of a room; empty for what is of no concern.
    static Optional<RoomHint> read(Members event) {
        var type = type(event);
        var roomId = Stream.of(event, event.in("data"), event.in("room"))
                .map(place -> Optional.ofNullable(place.idOrNull("room_id")))
                .flatMap(Optional::stream)
                .findFirst();
        if (SESSION_OVER.contains(type)) {
            return roomId.map(RoomHint.SessionOver::new);
        }
        return ENTERED.contains(type) ? roomId.map(RoomHint.Entered::new) : Optional.empty();
    }

    private static String type(Members event) {
        var word = event.raw("type");
        return (word.isEmpty() ? event.raw("event") : word).replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    }
}
