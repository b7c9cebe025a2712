package dev.ringback.gateway.mqtt;

import java.util.Optional;
import java.util.regex.Pattern;

/// The names of topics. An id is one level of a name: `%`, `/`, `+` and `#`, which would end the level or stand for others,
/// are percent-encoded; any other id is itself.
final class Topics {
    /// What devices answer.
    static final String RESPONSES = "calls/+/response";

    private static final Pattern RESPONSE = Pattern.compile("calls/([^/]+)/response");

    private Topics() {}

    /// Where a user is told an event.
    static String of(String userId, String event) {
        return "users/" + level(userId) + "/" + event;
    }

    /// The room that a response names in its topic, or empty when the topic is none of a response.
    static Optional<String> room(String topic) {
        var response = RESPONSE.matcher(topic);
        return response.matches() ? Optional.of(id(response.group(1))) : Optional.empty();
    }

    private static String level(String id) {
        return id.replace("%", "%25").replace("/", "%2F").replace("+", "%2B").replace("#", "%23");
    }

    private static String id(String level) {
        return level.replace("%2F", "/").replace("%2B", "+").replace("%23", "#").replace("%25", "%");
    }
}
