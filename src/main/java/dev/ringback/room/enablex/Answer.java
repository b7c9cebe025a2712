package dev.ringback.room.enablex;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What came back from EnableX, sorted by what can be done about it.
sealed interface Answer {

    /// Carried out.
    record Done(JsonNode body) implements Answer {}

    /// Understood and refused: the same request would be refused again.
    ///
    /// @param code EnableX's own code, empty if there was none
    /// @param text for logs: holds the status, the code, EnableX's words and its `request_id`
    /// @param oldShape the refusal came as `{result, error, desc}`, where the HTTP status says little
    record Refused(int status, String code, String text, boolean oldShape) implements Answer {}

    /// Not carried out, or nobody knows: the same request may work later.
    ///
    /// @param retryAfter how long EnableX asked to wait
    record Failed(Fault fault, String text, @Nullable Duration retryAfter, @Nullable Exception cause)
            implements
                Answer {

        Failed(Fault fault, String text) {
            this(fault, text, null, null);
        }
    }
}
