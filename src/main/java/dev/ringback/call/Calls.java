package dev.ringback.call;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.util.UuidUtil;
import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// Reads calls. Changes nothing.
@Service
public class Calls {
    /// More calls than this ring for or connect nobody; a bound for a user who is called by everybody.
    private static final int MAX_ACTIVE = 100;
    /// Later than any call.
    private static final UUID END = new UUID(-1L, -1L);

    private final CallRepository calls;
    private final CallChanges changes;
    private final RoomTokens tokens;

    Calls(CallRepository calls, CallChanges changes, RoomTokens tokens) {
        this.calls = calls;
        this.changes = changes;
        this.tokens = tokens;
    }

    /// The calls that ring for or connect `userId` right now, newest first; at most 100.
    public List<CallSnapshot> activeOf(String userId) {
        return snapshots(calls.liveOf(userId, MAX_ACTIVE));
    }

    /// The calls that ring for or connect any of these users right now, in no order.
    public List<CallSnapshot> activeOf(Collection<String> userIds) {
        return userIds.isEmpty() ? List.of() : snapshots(calls.liveOf(userIds));
    }

    /// Calls of everybody that ring or are accepted and not over, newest first.
    ///
    /// @param before only older ones than this, or null
    public List<CallSnapshot> living(@Nullable UUID before, int limit) {
        return snapshots(calls.living(before == null ? END : before, limit));
    }

    /// The calls of these ids, in no order; those that are forgotten are left out.
    public List<CallSnapshot> all(Collection<UUID> ids) {
        return ids.isEmpty() ? List.of() : snapshots(calls.findAll(ids));
    }

    /// The call as its caller, or a `server` token, sees it.
    ///
    /// @param id the call's, or its room's
    /// @throws ProblemException `call_not_found` for a stranger, `not_a_party` for a called user
    public CallSnapshot ofCaller(Requester requester, String id) {
        var call = get(requester, CallRef.parse(requester, id));
        if (!requester.server() && !call.callerId().equals(requester.userId())) {
            throw new ProblemException(ProblemCode.NOT_A_PARTY, "Only the caller sees how the call rang.");
        }
        return call;
    }

    /// A room token to be carried in the ring itself, if the call's caller asked for that; empty also when the provider
    /// has none right now: the device asks for one when it accepts.
    public Optional<String> tokenForRing(CallSnapshot call, String userId) {
        return call.tokenDelivery() == TokenDelivery.EMBEDDED ? tokens.offer(call, userId, userId) : Optional.empty();
    }

    /// Whether the rooms are only simulated, so that nobody can meet in one.
    public boolean roomsAreSimulated() {
        return tokens.areSimulated();
    }

    /// The call as one of its parties, or a `server` token, sees it. To a stranger it does not exist.
    ///
    /// @throws ProblemException `call_not_found`
    CallSnapshot get(Requester requester, CallRef ref) {
        return changes.find(ref)
                .map(Call::snapshot)
                .filter(call -> requester.server() || call.hasParty(requester.userId()))
                .orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND));
    }

    /// A page of the user's calls, newest first.
    ///
    /// @param state only calls in this state, or null for all
    /// @param before where the last page ended, or null for the first
    Page history(String userId, @Nullable CallState state, @Nullable UUID before, int limit) {
        var found = calls.history(userId, before == null ? END : before, state, limit + 1);
        var page = snapshots(found.subList(0, Math.min(limit, found.size())));
        return new Page(page, found.size() > limit ? page.getLast().callId() : null);
    }

    /// Some of a user's calls.
    ///
    /// @param nextCursor asks for the page after this one; null when there is none
    record Page(List<CallSnapshot> calls, @Nullable UUID nextCursor) {}

    /// When the request for the call was read: its id says so.
    public static Instant receivedAt(CallSnapshot call) {
        return receivedAt(call.callId());
    }

    /// The same of a call of our own by its id.
    public static Instant receivedAt(UUID callId) {
        return UuidUtil.getInstant(callId);
    }

    /// The lowest id that a call made at `moment` could have.
    public static UUID lowestIdAt(Instant moment) {
        return UuidCreator.getTimeOrderedEpochMin(moment);
    }

    private static List<CallSnapshot> snapshots(List<Call> calls) {
        return calls.stream().map(Call::snapshot).toList();
    }
}
