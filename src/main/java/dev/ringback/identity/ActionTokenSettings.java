package dev.ringback.identity;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The tokens that pushes carry, with which an app that is not running acts on the one call.
///
/// @param allowAccept whether the token that a push carries may also accept the call, and so get a room token; else only
///        the user's own token may
@ConfigurationProperties("ringback.action-token")
record ActionTokenSettings(@DefaultValue("false") boolean allowAccept) {}
