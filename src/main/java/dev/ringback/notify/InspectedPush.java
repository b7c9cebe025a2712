package dev.ringback.notify;

import dev.ringback.device.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// One request as it would have gone to a push service.
///
/// @param channel that made it
/// @param token of the device it is for
/// @param url at the real provider
/// @param headers in their order, names in lower case as HTTP/2 has them
/// @param body the JSON text, unchanged
public record InspectedPush(String channel, Platform platform, String token, Instant at, String method, String url,
        List<Header> headers, String body) {

    public InspectedPush {
        headers = List.copyOf(headers);
    }

    /// One header. What authorizes the request is masked: that it is made up does not make it a thing to show.
    public record Header(String name, String value) {
        public Header {
            name = name.toLowerCase(Locale.ROOT);
            value = name.equals("authorization") ? masked(value) : value;
        }

        private static String masked(String authorization) {
            return authorization.substring(0, Math.max(0, authorization.indexOf(' ') + 1)) + "***";
        }
    }

    /// The address and the body hold tokens.
    @Override
    public String toString() {
        return "InspectedPush[" + channel + ", " + platform.word() + "]";
    }
}
