package dev.ringback.call;

import dev.ringback.admission.AdmissionControl;
import dev.ringback.identity.Requester;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.telemetry.Spans;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.Problems;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/// The commands of the HTTP API by their names, for channels over which clients send: `initiate`, `accept`, `token`,
/// `reject`, `ignore`, `invite`, `cancel`, `end`, `ringing`.
@Service
public class CallCommands {
    private static final Set<String> NAMES = Set.of("initiate", "accept", "token", "reject", "ignore", "invite",
            "cancel",
            "end", "ringing");
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final Answer NO_CONTENT = new Answer(204, null);

    private final AdmissionControl admission;
    private final CallService service;
    private final Problems problems;
    private final JsonMapper json;
    private final Validator validator;
    private final Spans spans;

    CallCommands(AdmissionControl admission, CallService service, Problems problems, JsonMapper json,
            Validator validator, Spans spans) {
        this.admission = admission;
        this.service = service;
        this.problems = problems;
        this.json = json;
        this.validator = validator;
        this.spans = spans;
    }

    /// What a command led to.
    ///
    /// @param status that HTTP would give
    /// @param body what HTTP would answer, to be written as JSON: the call, with its token where there is one, or a
    ///        [ProblemDetail]; null for 204
    public record Answer(int status, @Nullable Object body) {

        /// Whether nothing was done.
        public boolean isProblem() {
            return body instanceof ProblemDetail;
        }

        /// A body may hold a token.
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /// Carries a command out. Throws nothing on purpose: what goes wrong is a problem in the answer, as over HTTP.
    ///
    /// @param body of the HTTP route, as UTF-8
    /// @param idempotencyKey the client's, for `initiate`, or null
    public Answer carryOut(Requester requester, String command, byte[] body, @Nullable String idempotencyKey) {
        try (var _ = CallInHand.found();
                var span = spans.begin("command " + (NAMES.contains(command) ? command : "unknown"))) {
            var answer = answer(requester, command, body, idempotencyKey);
            span.with("status", answer.status()).withCall();
            return answer;
        }
    }

    private Answer answer(Requester requester, String command, byte[] body, @Nullable String idempotencyKey) {
        try {
            admission.command(command);
            return carriedOut(requester, command, body, idempotencyKey);
        } catch (RuntimeException failure) {
            var problem = problems.of(failure);
            return new Answer(problem.getStatus(), problem);
        }
    }

    private Answer carriedOut(Requester requester, String command, byte[] body, @Nullable String idempotencyKey) {
        return switch (command) {
            case "initiate" -> new Answer(CREATED, CallController.CallerAnswer
                    .of(service.initiate(requester, read(body, CallRequests.Initiate.class), idempotencyKey)));
            case "accept" -> new Answer(OK, CallController.TokenAnswer
                    .of(service.accept(requester, read(body, CallRequests.Accept.class))));
            case "token" -> new Answer(OK, CallController.TokenAnswer
                    .of(service.token(requester, read(body, CallRequests.Accept.class))));
            case "reject" -> new Answer(OK, service.reject(requester, read(body, CallRequests.Reject.class)));
            case "invite" -> new Answer(OK, service.invite(requester, read(body, CallRequests.Invite.class)));
            case "cancel" -> new Answer(OK, service.cancel(requester, read(body, CallRequests.Plain.class)));
            case "end" -> new Answer(OK, service.end(requester, read(body, CallRequests.Plain.class)));
            case "ignore" -> {
                service.ignore(requester, read(body, CallRequests.Ignore.class));
                yield NO_CONTENT;
            }
            case "ringing" -> {
                service.ringing(requester, read(body, CallRequests.Plain.class));
                yield NO_CONTENT;
            }
            default -> throw new ProblemException(ProblemCode.NOT_FOUND);
        };
    }

    private <T> T read(byte[] body, Class<T> type) {
        T request = json.readValue(body, type);
        if (request == null) {
            throw new ProblemException(ProblemCode.INVALID_REQUEST, "The body must be a JSON object.");
        }
        var violations = validator.validate(request);
        if (!violations.isEmpty()) {
            throw new ConstraintViolationException(violations);
        }
        return request;
    }
}
