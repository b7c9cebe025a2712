package dev.ringback.room;

import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Which Ringback this is. Several may share one account at the provider, as staging and production do, and a room's name
/// says whose it is: none deletes what another has made.
///
/// @param id 12 hexadecimal digits, the same for all nodes of the installation
public record Installation(String id) {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
    private static final String PREFIX = "ringback";
    private static final int CALL_ID_DIGITS = 32;
    private static final int TIME_ORDERED = 7;

    public Installation {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("an installation's id has 12 hexadecimal digits");
        }
    }

    /// What a room made for the call is called. Letters and digits only: EnableX wants names to be alphanumeric.
    public String nameOfRoomFor(UUID callId) {
        var digits = HexFormat.of();
        return PREFIX + id + digits.toHexDigits(callId.getMostSignificantBits())
                + digits.toHexDigits(callId.getLeastSignificantBits());
    }

    /// The call for which this installation made the room of this name; empty if it is not one of its rooms.
    public Optional<UUID> callOfRoomNamed(String name) {
        int start = PREFIX.length() + id.length();
        if (!name.startsWith(PREFIX + id) || name.length() != start + CALL_ID_DIGITS) {
            return Optional.empty();
        }
        try {
            var callId = new UUID(HexFormat.fromHexDigitsToLong(name, start, start + CALL_ID_DIGITS / 2),
                    HexFormat.fromHexDigitsToLong(name, start + CALL_ID_DIGITS / 2, name.length()));
            return Optional.of(callId).filter(id -> id.version() == TIME_ORDERED && nameOfRoomFor(id).equals(name));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
