package dev.ringback.room.enablex;

import dev.ringback.room.enablex.Answer.Refused;
import java.util.Set;
import java.util.regex.Pattern;

/// The codes of EnableX's two error tables that make a difference here. Numbers: docs2024.vcloudx.com, *Error
/// Handling*, of which only 10000 to 10009 are published; words: developer.enablex.io/reference/errors.html.
final class EnableXErrors {
    private static final Set<String> CREDENTIALS = Set.of(
            "10000", // app not found
            "UNAUTHORIZED",
            "FORBIDDEN",
            "CREDENTIAL_EXPIRED",
            "PROJECT_SUSPENDED");

    private static final String RATE_LIMITED = "RATE_LIMITED";

    /// The old table's code for it is not published, so its words have to do.
    private static final Pattern ROOM_NOT_FOUND = Pattern
            .compile("room[\\w ]*(not[ _](found|exist)|does(n't| not) exist)", Pattern.CASE_INSENSITIVE);

    private EnableXErrors() {}

    static boolean meansRateLimited(String code) {
        return code.equals(RATE_LIMITED);
    }

    static boolean blamesCredentials(Refused refused) {
        return refused.status() == 401 || refused.status() == 403 || CREDENTIALS.contains(refused.code());
    }

    static boolean meansRoomIsGone(Refused refused) {
        return !blamesCredentials(refused)
                && (refused.status() == 404 || ROOM_NOT_FOUND.matcher(refused.text()).find());
    }

    /// *Delete a Room* works only while no session runs. How it is refused otherwise is not documented; since the
    /// request itself cannot be wrong in another way, every other old-style refusal is taken for it.
    static boolean meansSessionRuns(Refused refused) {
        return !blamesCredentials(refused)
                && !meansRoomIsGone(refused)
                && (refused.status() == 409 || refused.oldShape());
    }
}
