package dev.ringback.gateway.firestore;

import static java.util.stream.Collectors.toMap;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldValue;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.InvitationState;
import dev.ringback.call.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call as its document: what all its parties may see, in Firestore's types. It holds no token, and nobody whose phone
/// is not to ring.
final class CallDocument {
    static final String CALL_ID = "call_id";
    static final String STATE = "state";
    /// What `state` was when Ringback last wrote it. While the two differ, a client has said something that is not yet heard.
    static final String RINGBACK_STATE = "ringback_state";
    static final String ANSWERED_BY = "answered_by";
    static final String ANSWERED_BY_DEVICE = "answered_by_device";
    static final String REASON = "reason";
    /// Why a client's word was not followed; until the call's next change.
    static final String REFUSED = "refused";

    /// Everything that is Ringback's to write. What a call does not have, its document does not have either.
    private static final List<String> FIELDS = List.of(CALL_ID, "room_id", "version", STATE, RINGBACK_STATE, REASON,
            "reason_text", "call_type", "caller_id", "caller_name", "called_id", "called_ids", "ringing_ids",
            "invitations", "created_at", "expires_at", "answered_at", ANSWERED_BY, ANSWERED_BY_DEVICE, "ended_at",
            "glare", "custom", "expire_at");

    private final Map<String, Object> fields;

    private CallDocument(Map<String, Object> fields) {
        this.fields = Map.copyOf(fields);
    }

    /// @param keepFor how long after the call's end the document is of use
    static CallDocument of(CallSnapshot call, Duration keepFor) {
        var seen = call.invitations().stream().filter(leg -> isSeen(call, leg)).toList();
        var fields = new LinkedHashMap<String, Object>();
        fields.put(CALL_ID, call.callId().toString());
        put(fields, "room_id", call.roomId());
        fields.put("version", (long) call.version());
        fields.put(STATE, word(call.state()));
        fields.put(RINGBACK_STATE, word(call.state()));
        put(fields, REASON, call.reason() == null ? null : word(call.reason()));
        put(fields, "reason_text", call.reasonText());
        fields.put("call_type", word(call.callType()));
        fields.put("caller_id", call.callerId());
        fields.put("caller_name", call.callerName());
        put(fields, "called_id", onlyCalled(call).orElse(null));
        fields.put("called_ids", seen.stream().map(Invited::userId).toList());
        fields.put("ringing_ids", call.state().isLive()
                ? seen.stream().filter(leg -> leg.state() == InvitationState.RINGING).map(Invited::userId).toList()
                : List.of());
        fields.put("invitations", seen.stream().map(CallDocument::leg).toList());
        put(fields, "created_at", time(call.createdAt()));
        put(fields, "expires_at", time(call.expiresAt()));
        put(fields, "answered_at", time(call.answeredAt()));
        put(fields, ANSWERED_BY, firstToAnswer(call));
        put(fields, ANSWERED_BY_DEVICE, call.answeredByDevice());
        put(fields, "ended_at", time(call.endedAt()));
        fields.put("glare", call.glare());
        // as text: JSON's lists of lists are no Firestore value
        put(fields, "custom", call.custom());
        put(fields, "expire_at", call.endedAt() == null ? null : time(call.endedAt().plus(keepFor)));
        return new CallDocument(fields);
    }

    /// The called user of a 1:1 call, unless that one is not to know of it.
    static Optional<String> onlyCalled(CallSnapshot call) {
        return Optional.ofNullable(call.calledId())
                .flatMap(call::invitationOf)
                .filter(leg -> isSeen(call, leg))
                .map(Invited::userId);
    }

    /// A state, reason or type as clients know it.
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// All of it, for a document that is not there yet.
    Map<String, Object> fields() {
        return fields;
    }

    /// All of it, for a document that is: also what is to be no more.
    ///
    /// @param refused what a client is told of its word, or null
    Map<String, Object> changes(@Nullable Map<String, Object> refused) {
        Map<String, Object> changes = FIELDS.stream().collect(toMap(field -> field, this::valueOrNothing));
        changes.put(REFUSED, refused == null ? FieldValue.delete() : refused);
        return changes;
    }

    /// Whether the document says this already.
    boolean isWrittenIn(DocumentSnapshot document) {
        return FIELDS.stream().allMatch(field -> Objects.equals(fields.get(field), document.get(field)));
    }

    private Object valueOrNothing(String field) {
        var value = fields.get(field);
        return value == null ? FieldValue.delete() : value;
    }

    /// Whoever wants to be left alone learns of the call when it is over, and whoever has blocked the caller never.
    private static boolean isSeen(CallSnapshot call, Invited leg) {
        return !leg.isSilenced() || (leg.silence() == Silence.DO_NOT_DISTURB && !call.state().isLive());
    }

    private static Map<String, Object> leg(Invited invited) {
        var leg = new LinkedHashMap<String, Object>();
        leg.put("user_id", invited.userId());
        leg.put("state", word(invited.state()));
        put(leg, "ringing_at", time(invited.ringingAt()));
        put(leg, "answered_at", time(invited.answeredAt()));
        return leg;
    }

    private static @Nullable String firstToAnswer(CallSnapshot call) {
        return call.invitations()
                .stream()
                .filter(leg -> leg.state() == InvitationState.ACCEPTED && leg.answeredAt() != null)
                .min(Comparator.comparing(leg -> Objects.requireNonNull(leg.answeredAt())))
                .map(Invited::userId)
                .orElse(null);
    }

    /// To the millisecond, as everywhere; Firestore keeps microseconds.
    private static @Nullable Timestamp time(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.ofTimeMicroseconds(Math.multiplyExact(instant.toEpochMilli(), 1_000));
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
