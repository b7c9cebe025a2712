package dev.ringback.room.enablex;

import dev.ringback.room.enablex.Answer.Done;
import dev.ringback.room.enablex.Answer.Failed;
import dev.ringback.room.enablex.Answer.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Headers;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// Reads what EnableX answers.
///
/// A success is HTTP 2xx with `"result"` 0 or `"0"`; any other result is an error, under HTTP 200 too. Errors come in
/// two shapes: `{result, error, desc}` (docs2024.vcloudx.com, *Error Handling*) and `{status: "error", error_code,
/// message, request_id}` (developer.enablex.io/reference/errors.html).
///
/// @param maxBytes a longer answer is not worth the memory, and taken for none of EnableX's
record AnswerReader(Account account, int maxBytes) {
    /// Answers about one room are a few hundred bytes.
    static final int MAX_BYTES = 64 * 1024;
    /// Enough for some 10,000 rooms.
    static final int MAX_LIST_BYTES = 8 * 1024 * 1024;

    private static final int MAX_QUOTED = 200;

    Answer read(Response response) throws IOException {
        var status = response.code();
        var body = json(response);
        if (response.isSuccessful() && isZero(body.path("result"))) {
            return new Done(body);
        }
        var text = describe(status, body);
        if (status == 429 || EnableXErrors.meansRateLimited(codeIn(body))) {
            return new Failed(Fault.RATE_LIMITED, text, retryAfter(response.headers()), null);
        }
        if (status >= 500) {
            var fault = status == 503 ? Fault.TURNED_AWAY : Fault.SERVER_ERROR;
            return new Failed(fault, text, retryAfter(response.headers()), null);
        }
        if (status >= 400 || (response.isSuccessful() && isRefusal(body))) {
            return new Refused(status, codeIn(body), text, body.has("result"));
        }
        return new Failed(Fault.UNREADABLE, text + ", not an answer of EnableX");
    }

    /// The body if it is JSON, else a missing node. What it was instead is not repeated anywhere: it may hold anything.
    private JsonNode json(Response response) throws IOException {
        var source = response.body().source();
        if (source.request(maxBytes + 1L)) {
            return MissingNode.getInstance();
        }
        try {
            return JsonMapper.shared().readTree(source.readByteArray());
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private static boolean isZero(JsonNode result) {
        return result.isIntegralNumber() ? result.longValue(-1) == 0 : "0".equals(result.stringValue(null));
    }

    private static boolean isRefusal(JsonNode body) {
        return body.has("result") || "error".equals(body.path("status").stringValue(null));
    }

    private static String codeIn(JsonNode body) {
        var code = body.path("error_code").asString("");
        return code.isEmpty() ? body.path("result").asString("") : code;
    }

    private String describe(int status, JsonNode body) {
        var words = Stream.of("error", "desc", "message").map(name -> quote(body.path(name).asString("")));
        var requestId = quote(body.path("request_id").asString(""));
        return Stream.concat(Stream.of("HTTP " + status, quote(codeIn(body))), words)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "))
                + (requestId.isEmpty() ? "" : " (request_id " + requestId + ")");
    }

    /// Control characters would let an answer write log lines of its own.
    private String quote(String words) {
        var text = account.hideIn(words).replaceAll("\\p{Cntrl}", " ");
        return text.substring(0, Math.min(text.length(), MAX_QUOTED));
    }

    /// Both forms of RFC 9110, 10.2.3. A date is measured against the server's own `Date`: our clocks may differ.
    private static @Nullable Duration retryAfter(Headers headers) {
        var value = Objects.requireNonNullElse(headers.get("Retry-After"), "");
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        var until = headers.getInstant("Retry-After");
        var now = headers.getInstant("Date");
        return until == null || now == null || until.isBefore(now) ? null : Duration.between(now, until);
    }
}
