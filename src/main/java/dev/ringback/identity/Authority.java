package dev.ringback.identity;

import org.springframework.security.core.GrantedAuthority;

/// What a token allows. A user's token carries [#USER] and nothing else, an action token never does: a route that does
/// not ask for one of the others by name is closed to action tokens.
enum Authority implements GrantedAuthority {
    /// Everything a user may do.
    USER,
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

    @Override
    public String getAuthority() {
        return name();
    }
}
