package dev.ringback.web;

import dev.ringback.database.Outage;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.BindException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MissingRequestValueException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;

/// Turns anything that ends a request early into a problem detail (RFC 9457), the same for HTTP and for sockets.
///
/// What was not planned becomes a plain 500 or 503: the text of an unexpected exception is for the log, never for the
/// client.
@Component
public class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(1);
    private static final int DEEPEST_CAUSE = 8;

    /// The problem detail of `failure`, with `code`, `error`, `request_id` and, for bad input, `errors`.
    public ProblemDetail of(Throwable failure) {
        return detail(asProblem(failure));
    }

    /// The exception as one that a client may see; logs it when nobody planned it.
    ProblemException asProblem(Throwable failure) {
        var known = known(failure);
        if (known != null) {
            return known;
        }
        if (Outage.isBehind(failure)) {
            return databaseAway();
        }
        LOG.error("Unexpected failure of a request", failure);
        return new ProblemException(ProblemCode.INTERNAL_ERROR);
    }

    ProblemDetail detail(ProblemException problem) {
        var code = problem.code();
        var detail = ProblemDetail.forStatusAndDetail(code.status(), problem.getMessage());
        detail.setTitle(code.sentence());
        detail.setProperty("code", code.wireName());
        detail.setProperty("error", problem.getMessage());
        detail.setProperty("request_id", MDC.get(RequestIdFilter.MDC_KEY));
        if (!problem.members().isEmpty()) {
            detail.setProperty("errors", problem.members());
        }
        if (problem.retryAfterSeconds() != null) {
            detail.setProperty("retry_after", problem.retryAfterSeconds());
        }
        problem.properties().forEach(detail::setProperty);
        return detail;
    }

    private static @Nullable ProblemException known(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++, cause = cause.getCause()) {
            var problem = knownByType(cause);
            if (problem != null) {
                return problem;
            }
        }
        // without a cause that says more, there was no body, or it was null
        return failure instanceof HttpMessageNotReadableException ? notAnObject() : null;
    }

    private static @Nullable ProblemException knownByType(Throwable failure) {
        return switch (failure) {
            case ProblemException problem -> problem;
            case BodyLimitFilter.BodyTooLarge _ -> new ProblemException(ProblemCode.BODY_TOO_LARGE);
            case ConstraintViolationException violations -> invalid(violations);
            case BindException binding -> invalid(binding);
            // the body could not be read to its end: the cause says why
            case JacksonIOException _ -> null;
            case JacksonException json -> invalid(json);
            case MethodArgumentTypeMismatchException mismatch ->
                ProblemException.invalid(Names.snakeCase(mismatch.getName()), "has the wrong form");
            case MissingRequestValueException _ -> new ProblemException(ProblemCode.INVALID_REQUEST);
            case ServletRequestBindingException _ -> new ProblemException(ProblemCode.INVALID_REQUEST);
            case CannotCreateTransactionException _ -> databaseAway();
            case DataAccessResourceFailureException _ -> databaseAway();
            case QueryTimeoutException _ -> databaseAway();
            case TransientDataAccessException _ -> databaseAway();
            case DataAccessException _ -> null;
            case ErrorResponse error -> ofStatus(error.getStatusCode().value());
            default -> null;
        };
    }

    private static ProblemException databaseAway() {
        return new ProblemException(ProblemCode.UNAVAILABLE).retryAfter(DATABASE_RETRY);
    }

    private static @Nullable ProblemException ofStatus(int status) {
        return switch (status) {
            case 400 -> new ProblemException(ProblemCode.INVALID_REQUEST);
            case 404 -> new ProblemException(ProblemCode.NOT_FOUND);
            case 405 -> new ProblemException(ProblemCode.METHOD_NOT_ALLOWED);
            case 406 -> new ProblemException(ProblemCode.NOT_ACCEPTABLE);
            case 413 -> new ProblemException(ProblemCode.BODY_TOO_LARGE);
            case 415 -> new ProblemException(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
            default -> null;
        };
    }

    private static ProblemException invalid(ConstraintViolationException failure) {
        return ProblemException.invalid(failure.getConstraintViolations()
                .stream()
                .map(Problems::invalidMember)
                .sorted(Comparator.comparing(ProblemException.InvalidMember::member))
                .toList());
    }

    private static ProblemException.InvalidMember invalidMember(ConstraintViolation<?> violation) {
        var path = violation.getPropertyPath().toString().replace(".<list element>", "");
        return new ProblemException.InvalidMember(Names.snakeCase(path), violation.getMessage());
    }

    private static ProblemException invalid(BindException failure) {
        var members = failure.getFieldErrors()
                .stream()
                .sorted(Comparator.comparing(FieldError::getField))
                .map(e -> new ProblemException.InvalidMember(Names.snakeCase(e.getField()), message(e)))
                .toList();
        return members.isEmpty()
                ? new ProblemException(ProblemCode.INVALID_REQUEST)
                : ProblemException.invalid(members);
    }

    private static String message(FieldError error) {
        return error.getDefaultMessage() == null ? "is not valid" : error.getDefaultMessage();
    }

    /// Names the member at fault, never its value.
    private static ProblemException invalid(JacksonException failure) {
        var number = failure instanceof InputCoercionException overflow ? numberAt(overflow.processor()) : null;
        if (number != null) {
            return ProblemException.invalid(number, "is out of range");
        }
        if (!(failure instanceof DatabindException)) {
            return new ProblemException(ProblemCode.INVALID_REQUEST, "The body is not valid JSON in UTF-8.");
        }
        var path = path(failure);
        if (path.isEmpty()) {
            return notAnObject();
        }
        return switch (failure) {
            case InvalidFormatException _ -> ProblemException.invalid(path, "has the wrong form");
            case MismatchedInputException _ -> ProblemException.invalid(path, "has the wrong type");
            default -> ProblemException.invalid(path, "is not valid");
        };
    }

    private static @Nullable String numberAt(@Nullable JsonParser parser) {
        return parser == null ? null : parser.currentName();
    }

    private static ProblemException notAnObject() {
        return new ProblemException(ProblemCode.INVALID_REQUEST, "The body must be a JSON object.");
    }

    private static String path(JacksonException failure) {
        var path = new StringBuilder();
        for (JacksonException.Reference step : failure.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

}
