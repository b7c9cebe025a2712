package dev.ringback.gateway.socketio;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Members have two names here: the API's, in snake_case, and the camelCase that Socket.IO clients are used to.
final class Spellings {
    private static final Pattern INNER_CAPITAL = Pattern.compile("([a-z0-9])([A-Z])");
    private static final Pattern UNDERSCORE = Pattern.compile("_([a-z0-9])");
    /// The client's own: handed through as it is.
    private static final String CUSTOM = "custom";

    private Spellings() {}

    /// The same object with its members named as the API names them. Of a member that is there in both spellings the API's
    /// own counts.
    static ObjectNode snake(ObjectNode body) {
        var snake = body.objectNode();
        for (var member : body.properties()) {
            var name = INNER_CAPITAL.matcher(member.getKey()).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
            if (name.equals(member.getKey()) || !body.has(name)) {
                snake.set(name, member.getValue());
            }
        }
        return snake;
    }

    /// Adds to each member of `body`, and of the objects in it, a copy by its camelCase name.
    static ObjectNode both(ObjectNode body) {
        for (var member : List.copyOf(body.properties())) {
            if (!member.getKey().equals(CUSTOM)) {
                inside(member.getValue());
            }
            add(body, member);
        }
        return body;
    }

    private static void inside(JsonNode value) {
        if (value instanceof ObjectNode object) {
            both(object);
        } else if (value.isArray()) {
            value.forEach(Spellings::inside);
        }
    }

    private static void add(ObjectNode body, Map.Entry<String, JsonNode> member) {
        var camel = UNDERSCORE.matcher(member.getKey()).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
        if (!camel.equals(member.getKey())) {
            body.set(camel, member.getValue());
        }
    }
}
