package dev.ringback.room.enablex;

import java.nio.charset.StandardCharsets;
import okhttp3.Credentials;

/// The EnableX project that Ringback acts for. It prints nothing of itself and takes itself out of foreign text, so
/// that neither a log nor an error can show it.
record Account(String appId, String appKey) {
    private static final String HIDDEN = "***";

    /// The `Authorization` header: HTTP Basic, App ID as the user and App Key as the password (EnableX *Server API*).
    String authorization() {
        return Credentials.basic(appId, appKey, StandardCharsets.UTF_8);
    }

    /// The text without the credentials: an answer may well repeat what it was asked with.
    String hideIn(String text) {
        var encoded = authorization().substring("Basic ".length());
        return text.replace(encoded, HIDDEN).replace(appKey, HIDDEN).replace(appId, HIDDEN);
    }

    @Override
    public String toString() {
        return "Account[" + HIDDEN + "]";
    }
}
