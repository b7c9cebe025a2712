package dev.ringback.call;

import dev.ringback.admission.AdmissionControl;
import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import dev.ringback.web.Problems;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageSendingOperations;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.stereotype.Controller;
import tools.jackson.databind.json.JsonMapper;

/// The same commands over a socket: SEND to `/app/call/{command}` with the body of the HTTP route, and the answer or
/// problem comes on `/user/queue/replies` of the same socket with the sender's `correlation-id` and the `status` that
/// HTTP would have given.
@Controller
class CallSocketController {
    private static final String CORRELATION_ID = "correlation-id";
    private static final int MAX_CORRELATION_ID = 200;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final Reply NO_CONTENT = new Reply(204, null);

    private final AdmissionControl admission;
    private final CallService service;
    private final Problems problems;
    private final JsonMapper json;
    private final Validator validator;
    private final SimpMessageSendingOperations sockets;

    CallSocketController(AdmissionControl admission, CallService service, Problems problems, JsonMapper json,
            Validator validator, SimpMessageSendingOperations sockets) {
        this.admission = admission;
        this.service = service;
        this.problems = problems;
        this.json = json;
        this.validator = validator;
        this.sockets = sockets;
    }

    @MessageMapping("/call/{command}")
    void command(@DestinationVariable String command, Message<byte[]> message, SimpMessageHeaderAccessor headers) {
        reply(headers, answer(command, message.getPayload(), headers));
    }

    private Reply answer(String command, byte[] body, SimpMessageHeaderAccessor headers) {
        try {
            admission.command(command);
            var requester = Requester.of(headers.getUser());
            return carryOut(requester, command, body, headers.getFirstNativeHeader("idempotency-key"));
        } catch (RuntimeException failure) {
            var problem = problems.of(failure);
            return new Reply(problem.getStatus(), problem);
        }
    }

    private Reply carryOut(Requester requester, String command, byte[] body, @Nullable String idempotencyKey) {
        return switch (command) {
            case "initiate" -> new Reply(CREATED, CallController.CallerAnswer
                    .of(service.initiate(requester, read(body, CallRequests.Initiate.class), idempotencyKey)));
            case "accept" -> new Reply(OK, CallController.TokenAnswer
                    .of(service.accept(requester, read(body, CallRequests.Accept.class))));
            case "token" -> new Reply(OK, CallController.TokenAnswer
                    .of(service.token(requester, read(body, CallRequests.Accept.class))));
            case "reject" -> new Reply(OK, service.reject(requester, read(body, CallRequests.Reject.class)));
            case "invite" -> new Reply(OK, service.invite(requester, read(body, CallRequests.Invite.class)));
            case "cancel" -> new Reply(OK, service.cancel(requester, read(body, CallRequests.Plain.class)));
            case "end" -> new Reply(OK, service.end(requester, read(body, CallRequests.Plain.class)));
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

    private void reply(SimpMessageHeaderAccessor request, Reply reply) {
        var sessionId = request.getSessionId();
        var headers = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
        headers.setSessionId(sessionId);
        headers.setContentType(reply.mediaType());
        headers.setNativeHeader("status", Integer.toString(reply.status()));
        var correlationId = request.getFirstNativeHeader(CORRELATION_ID);
        if (correlationId != null && correlationId.length() <= MAX_CORRELATION_ID) {
            headers.setNativeHeader(CORRELATION_ID, correlationId);
        }
        // the session's own id in the user's place addresses this one socket
        sockets.send("/user/" + sessionId + "/queue/replies", MessageBuilder
                .createMessage(reply.body() == null ? new byte[0] : json.writeValueAsBytes(reply.body()),
                        headers.getMessageHeaders()));
    }

    private record Reply(int status, @Nullable Object body) {
        MediaType mediaType() {
            return body instanceof ProblemDetail
                    ? MediaType.APPLICATION_PROBLEM_JSON
                    : MediaType.APPLICATION_JSON;
        }
    }
}
