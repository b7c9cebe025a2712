package dev.ringback.webhook;

import dev.ringback.identity.SafeText;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.ValidId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// The members of a platform's JSON object, which is not ours to define: what is there is checked, what is not may be
/// missing.
public final class Members {
    private static final int LONGEST_TEXT = 128;
    /// As seconds this is the year 5138, as milliseconds 1973.
    private static final long FIRST_MILLISECONDS = 100_000_000_000L;

    private final JsonNode node;
    private final String path;

    private Members(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /// Reads a request's body.
    ///
    /// @throws ProblemException `invalid_request` when it is no JSON object in UTF-8
    public static Members of(JsonMapper json, byte[] body) {
        JsonNode read;
        try {
            read = json.readTree(body);
        } catch (JacksonException _) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "The body is not valid JSON in UTF-8.");
        }
        if (!read.isObject()) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "The body must be a JSON object.");
        }
        return new Members(read, "");
    }

    /// The members of an object in this one; without any when there is none.
    public Members in(String name) {
        var child = node.path(name);
        return new Members(child.isObject() ? child : MissingNode.getInstance(), path + name + ".");
    }

    /// Whether there is any such member.
    public boolean has(String name) {
        return node.has(name);
    }

    /// An id, by [ValidId]; null when it is none.
    public @Nullable String idOrNull(String name) {
        var id = node.path(name);
        return id.isString() && ValidId.Check.isValid(id.asString()) ? id.asString() : null;
    }

    /// An id, by [ValidId].
    ///
    /// @throws ProblemException `invalid_request` when it is missing or none
    public String id(String name) {
        var id = idOrNull(name);
        if (id == null) {
            throw ProblemException.invalid(path + name,
                    "must have 1 to 128 characters, no control characters and no blanks at its edges");
        }
        return id;
    }

    /// A text to show, without control characters and at most 128 long; empty when there is none.
    public String text(String name) {
        var text = node.path(name);
        var clean = text.isString() ? SafeText.clean(text.asString(), LONGEST_TEXT) : null;
        return clean == null ? "" : clean;
    }

    /// A text or a number as it stands there; empty when there is none.
    public String raw(String name) {
        var value = node.path(name);
        return value.isString() || value.isNumber() ? value.asString() : "";
    }

    /// A time, in Unix seconds or milliseconds, as a number or as text, or in RFC 3339; null when there is none.
    ///
    /// @throws ProblemException `invalid_request` when it is none of these
    public @Nullable Instant time(String name) {
        var raw = raw(name);
        if (raw.isEmpty()) {
            return null;
        }
        try {
            if (!raw.matches("\\d{1,15}(\\.\\d*)?")) {
                return OffsetDateTime.parse(raw).toInstant();
            }
            var number = Long.parseLong(raw.replaceFirst("\\..*", ""));
            return number < FIRST_MILLISECONDS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
        } catch (DateTimeException _) {
            throw ProblemException.invalid(path + name, "must be a time: Unix seconds or RFC 3339");
        }
    }
}
