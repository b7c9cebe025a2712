package dev.ringback.notify.fcm;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// An answer that is no success, of FCM (`google.rpc.Status`, firebase.google.com/docs/cloud-messaging/error-codes) or of
/// the token endpoint (`{"error": "invalid_grant"}`, RFC 6749 section 5.2).
///
/// Its message holds none of the answer's words, which may repeat a token.
final class ErrorAnswer extends IOException {
    private static final Pattern CODE = Pattern.compile("[A-Za-z_]{1,60}");
    private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
    private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

    private final String host;
    private final int status;
    private final transient Headers headers;
    private final transient JsonNode error;

    ErrorAnswer(String host, int status, Headers headers, byte[] content) {
        super("HTTP " + status);
        this.host = host;
        this.status = status;
        this.headers = headers;
        this.error = json(content).path("error");
    }

    static @Nullable ErrorAnswer in(Throwable failure) {
        return causes(failure).filter(ErrorAnswer.class::isInstance)
                .map(ErrorAnswer.class::cast)
                .findFirst()
                .orElse(null);
    }

    static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(10);
    }

    String host() {
        return host;
    }

    int status() {
        return status;
    }

    boolean isOfTokenEndpoint() {
        return error.isString();
    }

    /// The word of FCM itself, empty if the answer came from elsewhere: Google's front end, or some other server.
    String fcmCode() {
        return word(detail(FCM_ERROR).path("errorCode"));
    }

    /// The most exact word there is.
    String code() {
        return Stream.of(fcmCode(), word(error), word(error.path("status")))
                .filter(code -> !code.isEmpty())
                .findFirst()
                .orElse("HTTP " + status);
    }

    /// The request's fields that are wrong, for example `message.token`.
    Stream<String> wrongFields() {
        return elements(detail(BAD_REQUEST).path("fieldViolations"))
                .map(violation -> violation.path("field").asString(""));
    }

    String words() {
        return error.path("message").asString("");
    }

    /// Both forms of RFC 9110, 10.2.3. A date is measured against the server's own `Date`: our clocks may differ.
    @Nullable
    Duration retryAfter() {
        var value = Objects.requireNonNullElse(headers.get("Retry-After"), "");
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        var until = headers.getInstant("Retry-After");
        var now = headers.getInstant("Date");
        return until == null || now == null || until.isBefore(now) ? null : Duration.between(now, until);
    }

    private JsonNode detail(String type) {
        return elements(error.path("details")).filter(detail -> type.equals(detail.path("@type").asString("")))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String word(JsonNode node) {
        var text = node.isString() ? node.asString("") : "";
        return CODE.matcher(text).matches() ? text : "";
    }

    private static JsonNode json(byte[] content) {
        try {
            return JsonMapper.shared().readTree(content);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }
}
