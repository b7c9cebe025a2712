package dev.ringback.gateway.firestore;

import dev.ringback.call.CallCommands;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallState;
import dev.ringback.call.Calls;
import dev.ringback.identity.Requester;
import dev.ringback.web.ValidId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/// Carries out what clients write into documents, by the commands of the HTTP API and under the same rules. Heard twice,
/// as by several nodes, a word has the effect of one.
final class ClientWords {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final ObjectProvider<Calls> calls;
    private final ObjectProvider<CallCommands> commands;
    private final MeterRegistry metrics;

    ClientWords(ObjectProvider<Calls> calls, ObjectProvider<CallCommands> commands, MeterRegistry metrics) {
        this.calls = calls;
        this.commands = commands;
        this.metrics = metrics;
    }

    /// What came of a word.
    sealed interface Heard {
        /// The call is as the client wants it, or was so before.
        record CarriedOut() implements Heard {}

        /// It may not be, or is too late.
        ///
        /// @param code of the problem that HTTP would answer
        record Refused(String code) implements Heard {}

        /// It cannot be carried out now, and may be later.
        ///
        /// @param code of the problem that HTTP would answer
        record NotNow(String code) implements Heard {}
    }

    /// Does what the word asks for.
    ///
    /// @param roomId whose document it stands in
    Heard hear(ClientWord word, String roomId) {
        var heard = heard(word, roomId);
        Counter.builder("ringback.firestore.heard")
                .description("words that clients wrote into documents of calls, and what came of them")
                .tags("command", word.command(), "outcome", switch (heard) {
                    case Heard.CarriedOut _ -> "carried_out";
                    case Heard.Refused _ -> "refused";
                    case Heard.NotNow _ -> "try_later";
                })
                .register(metrics)
                .increment();
        return heard;
    }

    private Heard heard(ClientWord word, String roomId) {
        var call = call(word, roomId);
        if (call.isEmpty()) {
            return new Heard.Refused("call_not_found");
        }
        if (word.garbled()) {
            return new Heard.Refused("invalid_request");
        }
        var userId = speaker(word, call.get());
        if (userId.isEmpty()) {
            return new Heard.Refused("not_a_party");
        }
        if (!ValidId.Check.isValid(userId.get())) {
            return new Heard.Refused("invalid_request");
        }
        var answer = commands.getObject()
                .carryOut(new Requester(userId.get(), null, false), word.command(), body(word, call.get()), null);
        if (!(answer.body() instanceof ProblemDetail problem)) {
            return new Heard.CarriedOut();
        }
        if (answer.status() != TOO_MANY_REQUESTS && answer.status() < SERVER_ERROR) {
            return new Heard.Refused(code(problem));
        }
        // an accept whose room token could not be had is an accept; the client asks for its token itself
        return call(word, roomId).filter(now -> now.state() != CallState.RINGING).isPresent()
                ? new Heard.CarriedOut()
                : new Heard.NotNow(code(problem));
    }

    private Optional<CallSnapshot> call(ClientWord word, String roomId) {
        var callId = word.callId();
        return callId == null
                ? Optional.empty()
                : calls.getObject().all(List.of(callId)).stream().filter(c -> roomId.equals(c.roomId())).findFirst();
    }

    /// Only the caller can cancel, and of a 1:1 call only the called user can answer: where the rules let nobody else write
    /// that, the client need not say who it is.
    private static Optional<String> speaker(ClientWord word, CallSnapshot call) {
        if (word.command().equals("cancel")) {
            return Optional.of(call.callerId());
        }
        return Optional.ofNullable(word.by()).or(() -> CallDocument.onlyCalled(call));
    }

    private static byte[] body(ClientWord word, CallSnapshot call) {
        var body = new LinkedHashMap<String, String>();
        body.put("call_id", call.callId().toString());
        if (word.device() != null) {
            body.put("device_id", word.device());
        }
        if (word.reason() != null && word.command().equals("reject")) {
            body.put("reason", word.reason());
        }
        return JSON.writeValueAsBytes(body);
    }

    private static String code(ProblemDetail problem) {
        return Optional.ofNullable(problem.getProperties())
                .map(properties -> properties.get("code"))
                .map(Object::toString)
                .orElse("unavailable");
    }
}
