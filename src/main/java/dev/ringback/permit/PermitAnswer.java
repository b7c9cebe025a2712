package dev.ringback.permit;

import dev.ringback.identity.SafeText;
import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads what the operator's backend answers: `{"decision": "allow" | "deny", "caller_name": …, "reason": …}` under HTTP
/// 200. Everything else is no answer, and what it was instead is not repeated anywhere: it may hold anything.
final class PermitAnswer {
    static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_REASON = 200;
    private static final int OK = 200;

    private PermitAnswer() {}

    /// @throws IOException when it is no answer, or cannot be read to its end
    static Permit read(int status, BufferedSource body) throws IOException {
        if (status != OK) {
            throw new IOException("HTTP " + status);
        }
        var answer = json(body);
        return switch (answer.path("decision").stringValue("")) {
            case "allow" -> new Permit.Allowed(SafeText.name(text(answer, "caller_name")));
            case "deny" -> new Permit.Denied(SafeText.clean(text(answer, "reason"), MAX_REASON));
            default -> throw new IOException("an answer without a decision");
        };
    }

    private static JsonNode json(BufferedSource body) throws IOException {
        if (body.request(MAX_BYTES + 1L)) {
            throw new IOException("an answer of more than " + MAX_BYTES + " bytes");
        }
        try {
            return JsonMapper.shared().readTree(body.readByteArray());
        } catch (JacksonException _) {
            throw new IOException("an answer that is no JSON");
        }
    }

    private static @Nullable String text(JsonNode answer, String member) throws IOException {
        var value = answer.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new IOException("an answer whose " + member + " is no text");
        }
        return value.stringValue();
    }
}
