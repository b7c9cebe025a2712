package dev.ringback.cluster;

import dev.ringback.notify.Notice;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// How notices travel from node to node: whole, and not as clients see them.
final class Wire {
    /// A node of another version may have more members.
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.USE_ANNOTATIONS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Wire() {}

    /// @param node who sends it
    /// @param notice null in a mere question whether anybody is there
    record Message(String node, @Nullable Notice notice) {}

    static byte[] write(Message message) {
        return JSON.writeValueAsBytes(message);
    }

    /// @throws JacksonException when it is none
    static Message read(byte[] bytes) {
        return JSON.readValue(bytes, Message.class);
    }
}
