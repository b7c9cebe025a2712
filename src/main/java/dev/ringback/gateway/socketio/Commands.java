package dev.ringback.gateway.socketio;

import com.corundumstudio.socketio.protocol.Packet;
import dev.ringback.call.CallCommands;
import dev.ringback.identity.Authenticator;
import dev.ringback.identity.RateLimits;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ValidId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/// What clients ask for: `register`, and the commands of the HTTP API under the names that Socket.IO clients use.
///
/// Each socket's are carried out one after the other, on virtual threads: Netty's never wait for the database.
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final String REGISTER = "register";
    private static final Map<String, String> COMMANDS = Map.of("initiate_call", "initiate", "accept_call", "accept",
            "get_token", "token", "reject_call", "reject", "ignore_call", "ignore", "invite_call", "invite",
            "cancel_call", "cancel", "end_call", "end", "ringing_call", "ringing");
    private static final String BEARER = "Bearer ";
    private static final int STOP_WITHIN_SECONDS = 5;

    private final LiveSockets sockets;
    private final CallCommands commands;
    private final Authenticator authenticator;
    private final RateLimits limits;
    private final JsonMapper json;
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("socketio-", 0).factory());

    Commands(LiveSockets sockets, CallCommands commands, Authenticator authenticator, RateLimits limits,
            JsonMapper json) {
        this.sockets = sockets;
        this.commands = commands;
        this.authenticator = authenticator;
        this.limits = limits;
        this.json = json;
    }

    /// Waits for what is under way, within bounds; whatever comes from now on is refused.
    void stop() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The client asks to be let into the main namespace, with a token or without.
    void connect(LiveSocket socket, String auth) {
        enqueue(socket, null, () -> {
            if (socket.isGreeted()) {
                malformed(socket, null, "already connected");
            } else if (auth.isBlank()) {
                socket.greet();
            } else {
                connectWith(socket, auth);
            }
        });
    }

    /// An event came.
    void event(LiveSocket socket, Inbound.Event event) {
        enqueue(socket, event.ackId(), () -> handle(socket, event));
    }

    /// Tells the client that what it sent is not served, and ends it when it does not learn.
    ///
    /// @param ackId under which it waits for an answer, or null
    void malformed(LiveSocket socket, @Nullable Long ackId, String sentence) {
        refuse(socket, ackId, ProblemCode.INVALID_REQUEST, sentence);
        if (socket.isAtFault()) {
            sockets.end(socket, "malformed", Outbound.error(ProblemCode.RATE_LIMITED, "too many malformed packets"));
        }
    }

    private void enqueue(LiveSocket socket, @Nullable Long ackId, Runnable command) {
        try {
            if (!socket.enqueue(() -> carryOut(socket, ackId, command), threads)) {
                sockets.refused("flood");
                refuse(socket, ackId, ProblemCode.RATE_LIMITED, "too many commands wait");
            }
        } catch (RejectedExecutionException _) {
            refuse(socket, ackId, ProblemCode.UNAVAILABLE, ProblemCode.UNAVAILABLE.sentence());
        }
    }

    private void carryOut(LiveSocket socket, @Nullable Long ackId, Runnable command) {
        try {
            command.run();
        } catch (RuntimeException failure) {
            LOG.error("An event of a Socket.IO client could not be handled", failure);
            refuse(socket, ackId, ProblemCode.INTERNAL_ERROR, ProblemCode.INTERNAL_ERROR.sentence());
        }
    }

    private void connectWith(LiveSocket socket, String auth) {
        var given = read(auth);
        if (!(given instanceof ObjectNode object)) {
            malformed(socket, null, "auth must be an object");
            return;
        }
        var claim = Claim.of(Spellings.snake(object));
        if (claim.token() == null && !claim.namesUser()) {
            if (claim.deviceId() != null) {
                socket.isOn(claim.deviceId());
            }
            socket.greet();
            return;
        }
        var session = authenticated(claim);
        if (session.isEmpty()) {
            var code = unauthenticated(socket);
            sockets.end(socket, code.wireName(), Outbound.connectError(code, sentence(code, claim)));
        } else {
            socket.greet();
            admit(socket, session.get(), claim, null);
        }
    }

    private void handle(LiveSocket socket, Inbound.Event event) {
        var read = read(event.json());
        if (read == null || !read.isArray() || !read.path(0).isString()) {
            malformed(socket, event.ackId(), "an event is a JSON array that begins with its name");
            return;
        }
        var name = read.get(0).asString();
        if (!socket.isGreeted()) {
            malformed(socket, event.ackId(), "connect first");
        } else if (name.equals(REGISTER)) {
            register(socket, event.ackId(), read.path(1));
        } else {
            command(socket, event.ackId(), name, read.path(1));
        }
    }

    private void register(LiveSocket socket, @Nullable Long ackId, JsonNode given) {
        var claim = given instanceof ObjectNode object ? Claim.of(Spellings.snake(object)) : Claim.of(given);
        var session = authenticated(claim);
        if (session.isEmpty()) {
            var code = unauthenticated(socket);
            var sentence = sentence(code, claim);
            sockets.end(socket, code.wireName(), Stream.concat(
                    Stream.ofNullable(ackId).map(id -> Outbound.ack(id, Outbound.problem(code, sentence))),
                    Stream.of(Outbound.error(code, sentence))).toArray(Packet[]::new));
            return;
        }
        var who = socket.who();
        if (who != null && !who.userId().equals(session.get().user().requester().userId())) {
            refuse(socket, ackId, ProblemCode.USER_MISMATCH, "this socket belongs to another user");
        } else {
            admit(socket, session.get(), claim, ackId);
        }
    }

    private void admit(LiveSocket socket, Authenticator.Session session, Claim claim, @Nullable Long ackId) {
        var body = json.createObjectNode()
                .put("status", 200)
                .put("user_id", session.user().requester().userId())
                .put("expires_at", json.convertValue(session.expiresAt(), String.class));
        var registered = raw(Spellings.both(body));
        if (ackId != null) {
            socket.send(Outbound.ack(ackId, registered));
        }
        socket.send(Outbound.event("registered", registered));
        sockets.registered(socket, session, claim.deviceId());
    }

    private Optional<Authenticator.Session> authenticated(Claim claim) {
        var given = claim.token();
        return given == null
                ? Optional.empty()
                : authenticator.authenticate(given.startsWith(BEARER) ? given : BEARER + given);
    }

    private ProblemCode unauthenticated(LiveSocket socket) {
        return limits.takeAnonymous(socket.address()) ? ProblemCode.UNAUTHENTICATED : ProblemCode.RATE_LIMITED;
    }

    private static String sentence(ProblemCode code, Claim claim) {
        return code == ProblemCode.UNAUTHENTICATED && claim.token() == null
                ? "a user id proves nobody: a token is needed"
                : code.sentence();
    }

    private void command(LiveSocket socket, @Nullable Long ackId, String event, JsonNode argument) {
        var command = COMMANDS.get(event);
        var who = socket.who();
        if (command == null) {
            malformed(socket, ackId, "there is no such event");
        } else if (who == null) {
            refuse(socket, ackId, ProblemCode.UNAUTHENTICATED, "register first");
        } else {
            var body = body(socket, argument);
            var answer = commands.carryOut(who.requester(), command, json.writeValueAsBytes(body), keyOf(body));
            answer(socket, ackId, event, command, answer);
        }
    }

    /// What is no object is for the command to refuse.
    private JsonNode body(LiveSocket socket, JsonNode argument) {
        if (!(argument instanceof ObjectNode object)) {
            return argument.isMissingNode() ? json.createObjectNode() : argument;
        }
        var body = Spellings.snake(object);
        var device = socket.deviceId();
        if (device != null && !body.has("device_id")) {
            body.put("device_id", device);
        }
        return body;
    }

    private static @Nullable String keyOf(JsonNode body) {
        var key = body.path("idempotency_key");
        return key.isString() ? key.asString() : null;
    }

    private void answer(LiveSocket socket, @Nullable Long ackId, String event, String command,
            CallCommands.Answer answer) {
        var body = answer.body() == null
                ? json.createObjectNode()
                : (ObjectNode) json.readTree(json.writeValueAsBytes(answer.body()));
        body.put("status", answer.status());
        if (ackId != null) {
            socket.send(Outbound.ack(ackId, raw(Spellings.both(body))));
        }
        if (answer.isProblem()) {
            if (ackId == null) {
                body.put("event", event).put("message", body.path("error").asString(""));
                socket.send(Outbound.event("call_error", raw(Spellings.both(body))));
            }
        } else if (command.equals("initiate")) {
            if (body.has("caller_token")) {
                body.set("token", body.get("caller_token"));
            }
            socket.send(Outbound.event("call_initiated", raw(Spellings.both(body))));
        } else if (body.has("token")) {
            socket.send(Outbound.event("call_token", raw(Spellings.both(body))));
        }
    }

    private static void refuse(LiveSocket socket, @Nullable Long ackId, ProblemCode code, String sentence) {
        if (ackId != null) {
            socket.send(Outbound.ack(ackId, Outbound.problem(code, sentence)));
        }
        socket.send(Outbound.error(code, sentence));
    }

    private RawValue raw(JsonNode body) {
        return new RawValue(json.writeValueAsString(body));
    }

    private @Nullable JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (JacksonException _) {
            return null;
        }
    }

    /// Who a client says it is.
    ///
    /// @param namesUser whether it says so by a mere id, too
    private record Claim(@Nullable String token, @Nullable String deviceId, boolean namesUser) {

        static Claim of(ObjectNode given) {
            return new Claim(text(given, "token"), device(given),
                    Stream.of("user_id", "uid", "user").anyMatch(given::has) || given.has("token"));
        }

        /// A token by itself.
        static Claim of(JsonNode given) {
            return new Claim(given.isString() ? given.asString() : null, null, true);
        }

        private static @Nullable String device(ObjectNode given) {
            var device = text(given, "device_id");
            return ValidId.Check.isValid(device) ? device : null;
        }

        private static @Nullable String text(ObjectNode given, String name) {
            var value = given.path(name);
            return value.isString() ? value.asString() : null;
        }

        @Override
        public String toString() {
            return "Claim";
        }
    }
}
