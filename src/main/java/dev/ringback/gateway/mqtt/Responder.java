package dev.ringback.gateway.mqtt;

import dev.ringback.call.CallCommands;
import dev.ringback.identity.Authenticator;
import dev.ringback.identity.Requester;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Carries out what a device has published. The action token in it says who that is; the topic and the other members are held
/// against the token, and what they claim beyond it counts for nothing.
///
/// To say the same twice does no harm, nor does it to hear it twice: the broker may deliver a response again.
final class Responder {
    static final int MAX_BYTES = 64 * 1024;

    private static final String ACCEPT = "accept";
    /// What every action token allows as long as it allows anything.
    private static final String LEAST = "ringing";
    private static final Set<String> ACTIONS = Set.of(ACCEPT, "reject", "ignore", LEAST);
    /// What is handed on to the command.
    private static final List<String> MEMBERS = List.of("user_id", "user_name", "device_id", "caller_id", "reason");
    /// Whoever answers waits for it now.
    private static final Duration GOOD_FOR = Duration.ofMinutes(1);

    private final CallCommands commands;
    private final Authenticator authenticator;
    private final JsonMapper json;

    Responder(CallCommands commands, Authenticator authenticator, JsonMapper json) {
        this.commands = commands;
        this.authenticator = authenticator;
        this.json = json;
    }

    /// What came of a response, in metrics by its name.
    enum Result {
        /// It was carried out.
        DONE,
        /// It was refused, and the user was told why.
        REFUSED,
        /// Nothing proved who sent it: nobody was told.
        UNPROVEN,
        /// It was no JSON object, or too large.
        UNREADABLE,
        /// Something went wrong on our side.
        FAILED
    }

    /// @param message what the user is told, if anything
    record Reply(Result result, @Nullable Message message) {
        private static final Reply UNPROVEN = new Reply(Result.UNPROVEN, null);
        private static final Reply UNREADABLE = new Reply(Result.UNREADABLE, null);
    }

    Reply respond(String topic, byte[] payload) {
        var room = Topics.room(topic);
        var body = room.isEmpty() || payload.length > MAX_BYTES ? null : object(payload);
        if (room.isEmpty() || body == null) {
            return Reply.UNREADABLE;
        }
        var response = new Response(room.get(), body);
        return authenticator.byActionToken(response.text("action_token"), LEAST)
                .map(requester -> respond(requester, response))
                .orElse(Reply.UNPROVEN);
    }

    private Reply respond(Requester requester, Response response) {
        var action = response.text("action");
        if (action == null || !ACTIONS.contains(action)) {
            return refused(requester, response, "invalid_request",
                    "action must be accept, reject, ignore or ringing: a response does nothing else");
        }
        if (authenticator.byActionToken(response.text("action_token"), action).isEmpty()) {
            return refused(requester, response, "forbidden", "This token does not allow this.");
        }
        if (response.body().has("room_id") && !response.room().equals(response.text("room_id"))) {
            return refused(requester, response, "invalid_request", "room_id must be the room of the topic");
        }
        var answer = commands.carryOut(requester, action, json.writeValueAsBytes(response.command()), null);
        if (answer.body() instanceof ProblemDetail problem) {
            return refused(requester, response, problem);
        }
        return new Reply(Result.DONE, action.equals(ACCEPT)
                ? token(requester, response, Objects.requireNonNull(answer.body()))
                : null);
    }

    private Message token(Requester requester, Response response, Object answer) {
        var members = (ObjectNode) json.readTree(json.writeValueAsBytes(answer));
        return message(requester, response, "call_token", members);
    }

    private Reply refused(Requester requester, Response response, String code, String error) {
        return refused(requester, response, json.createObjectNode().put("code", code).put("error", error));
    }

    private Reply refused(Requester requester, Response response, ProblemDetail problem) {
        var members = json.createObjectNode();
        Optional.ofNullable(problem.getProperties())
                .ifPresent(properties -> properties.forEach((name, value) -> {
                    if (value != null) {
                        members.set(name, json.valueToTree(value));
                    }
                }));
        return refused(requester, response, members);
    }

    private Reply refused(Requester requester, Response response, ObjectNode members) {
        var grant = requester.grant();
        if (grant != null) {
            members.put("call_id", grant.callId().toString());
        }
        members.put("room_id", response.room());
        return new Reply(Result.REFUSED, message(requester, response, "call_error", members));
    }

    /// The members of what it is about, and what tells a device that the answer is its own.
    private Message message(Requester requester, Response response, String event, ObjectNode members) {
        members.put("type", event);
        for (var own : List.of("action", "device_id")) {
            var text = response.text(own);
            if (text != null) {
                members.put(own, text);
            }
        }
        return new Message(Topics.of(requester.userId(), event), json.writeValueAsString(members), GOOD_FOR);
    }

    private @Nullable ObjectNode object(byte[] payload) {
        try {
            return json.readTree(payload) instanceof ObjectNode object ? object : null;
        } catch (JacksonException _) {
            return null;
        }
    }

    /// What a device has published.
    ///
    /// @param room of the topic
    private record Response(String room, ObjectNode body) {

        /// A member that is a text, or null.
        @Nullable
        String text(String member) {
            return body.get(member) instanceof StringNode text ? text.stringValue() : null;
        }

        /// The body of the command.
        ObjectNode command() {
            var command = body.objectNode().put("room_id", room);
            for (var member : MEMBERS) {
                if (body.has(member)) {
                    command.set(member, body.get(member));
                }
            }
            return command;
        }

        /// It holds a token.
        @Override
        public String toString() {
            return "Response[" + room + "]";
        }
    }
}
