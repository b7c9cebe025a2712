package dev.ringback.gateway.firestore;

import com.google.cloud.firestore.DocumentSnapshot;
import dev.ringback.call.CallState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a client has written into a call's document: `state`, and beside it who says so and on which device. Nothing of it
/// is proved but by the security rules.
///
/// @param state as the client set it
/// @param callId of the call that the document was of; null when it is no id
/// @param by as whom the client says it; null when it does not say
/// @param device on which; null when it does not say
/// @param reason of a reject; null when it gives none
/// @param garbled whether one of the members is no text, so that nothing can be made of it
record ClientWord(String state, @Nullable UUID callId, @Nullable String by, @Nullable String device,
        @Nullable String reason, boolean garbled) {
    private static final Map<String, String> COMMANDS = Map.of("accepted", "accept", "rejected", "reject", "cancelled",
            "cancel");
    /// The states that a client may ask for.
    static final List<String> STATES = COMMANDS.keySet().stream().sorted().toList();

    /// The word in a document that Ringback has not answered yet.
    static Optional<ClientWord> in(DocumentSnapshot document) {
        if (!CallDocument.word(CallState.RINGING).equals(document.get(CallDocument.RINGBACK_STATE))
                || !(document.get(CallDocument.STATE) instanceof String state) || !COMMANDS.containsKey(state)) {
            return Optional.empty();
        }
        var members = List.of(CallDocument.ANSWERED_BY, CallDocument.ANSWERED_BY_DEVICE, CallDocument.REASON);
        return Optional.of(new ClientWord(state, callId(document.get(CallDocument.CALL_ID)),
                text(document.get(CallDocument.ANSWERED_BY)), text(document.get(CallDocument.ANSWERED_BY_DEVICE)),
                text(document.get(CallDocument.REASON)),
                members.stream().map(document::get).anyMatch(value -> value != null && !(value instanceof String))));
    }

    /// The command of the HTTP API that it stands for.
    String command() {
        return Objects.requireNonNull(COMMANDS.get(state), "known");
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text ? text : null;
    }

    /// The id of a call, as documents name it; null when it is none.
    static @Nullable UUID callId(@Nullable Object value) {
        try {
            return value instanceof String text ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
