package dev.ringback.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.web.ApiJson;
import dev.ringback.web.Problems;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.Optional;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads bodies as the API does, and holds every refusal to the contract of problems.
public final class Bodies {
    public static final JsonMapper JSON = ApiJson.mapper();
    private static final int LONGEST_PROBLEM = 16_384;

    private final Validator validator = Validation.buildDefaultValidatorFactory().getValidator();
    private final Problems problems = new Problems();

    /// What was read, if it is valid; a refusal is checked here.
    public <T> Optional<T> read(byte[] body, Class<T> type) {
        try {
            T request = JSON.readValue(body, type);
            if (request == null) {
                return Optional.empty();
            }
            var violations = validator.validate(request);
            if (!violations.isEmpty()) {
                throw new ConstraintViolationException(violations);
            }
            return Optional.of(request);
        } catch (RuntimeException failure) {
            isARefusal(failure);
            return Optional.empty();
        }
    }

    /// Anything but a client's error would be a 500 and a stack trace in the log.
    public void isARefusal(RuntimeException failure) {
        ProblemDetail problem = problems.of(failure);
        assertThat(problem.getStatus()).as("the answer to %s", failure).isBetween(400, 499);
        assertThat(JSON.writeValueAsBytes(problem).length).isLessThan(LONGEST_PROBLEM);
    }

    /// What was accepted means the same when it is written and read again.
    public <T> void comesBackAsItWas(T request, Class<T> type) {
        assertThat(read(JSON.writeValueAsBytes(request), type).orElseThrow()).usingRecursiveComparison()
                .withEqualsForType(Bodies::isTheSameJson, ObjectNode.class)
                .isEqualTo(request);
    }

    /// Numbers by their value: `1e0` is written as `1`, and JSON does not tell them apart.
    public static boolean isTheSameJson(JsonNode one, JsonNode other) {
        return one.equals(Bodies::compare, other);
    }

    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    }
}
