package dev.ringback.announce;

import java.util.Set;
import okhttp3.HttpUrl;

/// Somebody who is told.
///
/// @param index its place in the settings
/// @param id what its events are kept under: it stays when the settings are put into another order, and a new URL is a new
///        endpoint
/// @param url may hold a secret: not for logs and answers, which get the [#origin]
/// @param events those that it gets
record Endpoint(int index, String id, HttpUrl url, Signer signer, Set<EventType> events) {

    Endpoint {
        events = Set.copyOf(events);
    }

    /// Scheme, host and port: enough to know it by.
    String origin() {
        var root = url.newBuilder().username("").password("").encodedPath("/").query(null).fragment(null).build();
        return root.toString().substring(0, root.toString().length() - 1);
    }

    @Override
    public String toString() {
        return "Endpoint[" + index + ", " + origin() + "]";
    }
}
