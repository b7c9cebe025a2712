package dev.ringback.identity;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.core.GrantedAuthority;

/// What a token allows. A user's token carries [#USER], and one with the scope `server` also [#ADMIN]; other kinds of tokens
/// never carry [#USER]: a route that does not ask for one of the others by name is closed to them.
enum Authority implements GrantedAuthority {
    /// Everything a user may do.
    USER,
    /// Look at what the admin page shows, and ring devices for a test.
    ADMIN,
    /// Say that the device rings.
    RINGING,
    /// Silence the device.
    IGNORE,
    /// Decline the call.
    REJECT,
    /// Answer the call.
    ACCEPT,
    /// Read the call.
    READ,
    /// Opens nothing: the time to act is over, and only reading is left.
    LAPSED;

    /// What an action token may be good for, each for the command of its name.
    static final Set<Authority> ACTIONS = Collections.unmodifiableSet(EnumSet.of(RINGING, IGNORE, REJECT, ACCEPT));

    /// What an action token must allow for this command; empty where none is enough.
    static Optional<Authority> forCommand(String command) {
        return ACTIONS.stream().filter(action -> action.command().equals(command)).findFirst();
    }

    /// The command of its name.
    String command() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String getAuthority() {
        return name();
    }
}
