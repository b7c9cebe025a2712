package dev.ringback.call;

import dev.ringback.call.CallCommands.Answer;
import dev.ringback.identity.Requester;
import org.springframework.http.MediaType;
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

    private final CallCommands commands;
    private final JsonMapper json;
    private final SimpMessageSendingOperations sockets;

    CallSocketController(CallCommands commands, JsonMapper json, SimpMessageSendingOperations sockets) {
        this.commands = commands;
        this.json = json;
        this.sockets = sockets;
    }

    @MessageMapping("/call/{command}")
    void command(@DestinationVariable String command, Message<byte[]> message, SimpMessageHeaderAccessor headers) {
        reply(headers, commands.carryOut(Requester.of(headers.getUser()), command, message.getPayload(),
                headers.getFirstNativeHeader("idempotency-key")));
    }

    private void reply(SimpMessageHeaderAccessor request, Answer answer) {
        var sessionId = request.getSessionId();
        var headers = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
        headers.setSessionId(sessionId);
        headers.setContentType(
                answer.isProblem() ? MediaType.APPLICATION_PROBLEM_JSON : MediaType.APPLICATION_JSON);
        headers.setNativeHeader("status", Integer.toString(answer.status()));
        var correlationId = request.getFirstNativeHeader(CORRELATION_ID);
        if (correlationId != null && correlationId.length() <= MAX_CORRELATION_ID) {
            headers.setNativeHeader(CORRELATION_ID, correlationId);
        }
        // the session's own id in the user's place addresses this one socket
        sockets.send("/user/" + sessionId + "/queue/replies", MessageBuilder
                .createMessage(answer.body() == null ? new byte[0] : json.writeValueAsBytes(answer.body()),
                        headers.getMessageHeaders()));
    }
}
