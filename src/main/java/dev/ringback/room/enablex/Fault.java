package dev.ringback.room.enablex;

/// Why a request was not carried out, told apart by what is known of its effect.
enum Fault {
    /// Nothing of the request left this machine: no address, no connection, no TLS.
    NOT_SENT,
    /// The request was sent, at least in part, and no answer came: it may have been carried out.
    NO_ANSWER,
    /// HTTP 429.
    RATE_LIMITED,
    /// HTTP 503: turned away before any work was done.
    TURNED_AWAY,
    /// Any other 5xx: it may have been carried out.
    SERVER_ERROR,
    /// An answer that EnableX does not give: a captive portal, a broken proxy, a wrong base URL.
    UNREADABLE,
    /// Not even tried, since the last requests failed.
    CIRCUIT_OPEN
}
