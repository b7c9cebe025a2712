package dev.ringback.web;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/// The closed list of stable codes that clients may branch on, each with the HTTP status it travels with and a short
/// sentence, which older clients read as `error`.
public enum ProblemCode {
    INVALID_REQUEST(HttpStatus.BAD_REQUEST, "The request is not valid."),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "The request body is too large."),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "A valid bearer token is needed."),
    NOT_A_PARTY(HttpStatus.FORBIDDEN, "This user has no part in the call that allows this."),
    USER_MISMATCH(HttpStatus.FORBIDDEN, "The body names another user than the token."),
    FORBIDDEN(HttpStatus.FORBIDDEN, "This token does not allow this."),
    ACTION_LAPSED(HttpStatus.FORBIDDEN, "The time to act with this token is over; it still reads the call."),
    CALL_DENIED(HttpStatus.FORBIDDEN, "This call is not allowed."),
    CALL_NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such call."),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing at this address."),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This address does not take this method."),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "Answers are JSON only."),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "Bodies are JSON only: send Content-Type: application/json."),
    CALL_NOT_ACTIVE(HttpStatus.CONFLICT, "The call is not in a state that allows this."),
    ANSWERED_ELSEWHERE(HttpStatus.CONFLICT, "The call was answered on another device."),
    TOO_MANY_BLOCKS(HttpStatus.CONFLICT, "No more users can be blocked: let another one call again first."),
    IDEMPOTENCY_MISMATCH(HttpStatus.UNPROCESSABLE_CONTENT, "This Idempotency-Key was used for another request."),
    RATE_LIMITED(HttpStatus.TOO_MANY_REQUESTS, "Too many requests."),
    ROOM_PROVIDER_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The room provider does not answer."),
    ROOM_PROVIDER_REJECTED(HttpStatus.BAD_GATEWAY, "The room provider refused the request."),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The service cannot answer right now."),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR, "The service failed to answer.");

    private final HttpStatus status;
    private final String sentence;

    ProblemCode(HttpStatus status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    public HttpStatus status() {
        return status;
    }

    public String sentence() {
        return sentence;
    }

    /// The code as it is written in JSON, e.g. `call_not_found`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
