package dev.ringback.webhook.cometchat;

import dev.ringback.notify.ForeignCall;
import dev.ringback.notify.ForeignEnd;
import dev.ringback.notify.WakeUp;
import dev.ringback.notify.WakeUps;
import dev.ringback.web.ProblemException;
import dev.ringback.webhook.HandledEvents;
import dev.ringback.webhook.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// What CometChat's events mean. They come in two shapes: with the entity `data.call`, as CometChat documents them, and
/// flat, as its guide for push notifications shows them. An event that is none of these means nothing.
@Component
class CometChatEvents {
    static final String PLATFORM = "cometchat";

    private static final Logger LOG = LoggerFactory.getLogger(CometChatEvents.class);
    private static final String INITIATED = "call_initiated";
    private static final Set<String> ENDS = Set.of("call_cancelled", "call_rejected", "call_busy", "call_ended",
            "call_unanswered");
    /// A call without a time began before its request came, and its end is told in whole seconds.
    private static final Duration LONGEST_WAY = Duration.ofSeconds(5);

    private final HandledEvents handled;
    private final WakeUps wakeUps;
    private final CometChatSettings settings;
    private final TransactionTemplate transaction;

    CometChatEvents(HandledEvents handled, WakeUps wakeUps, CometChatSettings settings,
            TransactionTemplate transaction) {
        this.handled = handled;
        this.wakeUps = wakeUps;
        this.settings = settings;
        this.transaction = transaction;
    }

    /// Handles an event, once; returns when it is written down.
    ///
    /// @throws ProblemException `invalid_request` when a call lacks what it takes to ring
    void handle(Members event, Instant receivedAt) {
        var trigger = event.raw("trigger");
        var data = event.in("data");
        if (ENDS.contains(trigger)) {
            end(trigger, event, receivedAt);
        } else if (trigger.equals(INITIATED) && data.has("call")) {
            documented(event, data.in("call"), receivedAt);
        } else if (isFlatRing(trigger, data)) {
            flat(event, data, receivedAt);
        }
    }

    /// The guide names a trigger (`call.received`) that the documentation does not know: its members tell it better.
    private static boolean isFlatRing(String trigger, Members data) {
        boolean ofAnotherKind = (trigger.startsWith("call_") && !trigger.equals(INITIATED))
                || trigger.startsWith("meeting_");
        return !ofAnotherKind && data.has("receiver") && data.has("sender") && data.has("sessionId");
    }

    private void documented(Members event, Members call, Instant receivedAt) {
        if (call.raw("receiverType").equals("group")) {
            LOG.info("CometChat: a call to a group rings nobody here, since its event does not name the members");
            return;
        }
        var entities = call.in("data").in("entities");
        var caller = entities.in("by").in("entity");
        var session = entities.in("on").in("entity");
        var saidAt = session.time("initiatedAt");
        var ring = ring(session.id("sessionid"), call.id("receiver"), call.id("sender"), caller.text("name"),
                call.raw("type"), saidAt == null ? call.time("sentAt") : saidAt, receivedAt);
        once(key(event, INITIATED, call.raw("id"), call.raw("sentAt")), () -> wakeUps.ring(ring, receivedAt));
    }

    private void flat(Members event, Members data, Instant receivedAt) {
        var sender = data.in("sender");
        var ring = ring(data.id("sessionId"), data.id("receiver"), sender.id("uid"), sender.text("name"),
                data.raw("type"), data.time("sentAt"), receivedAt);
        once(key(event, INITIATED, ring.call().id(), ring.userId()), () -> wakeUps.ring(ring, receivedAt));
    }

    private WakeUp ring(String sessionId, String receiver, String caller, String callerName, String type,
            @Nullable Instant saidAt, Instant receivedAt) {
        var call = new ForeignCall(PLATFORM, sessionId);
        var video = type.equals("video");
        var shown = callerName.isEmpty() ? caller : callerName;
        var members = new LinkedHashMap<String, String>();
        members.put("type", "incoming_call");
        members.put("sessionId", sessionId);
        members.put("callerName", shown);
        members.put("callerUid", caller);
        members.put("callType", video ? "video" : "audio");
        members.put("uuid", call.callId().toString());
        // a clock that is ahead of ours makes no ring longer
        var rangAt = saidAt == null || saidAt.isAfter(receivedAt) ? receivedAt : saidAt;
        var beganAt = saidAt == null ? receivedAt.minus(LONGEST_WAY) : rangAt;
        return new WakeUp(call, receiver, shown, video, members, beganAt, rangAt.plus(settings.ringTimeout()),
                WakeUp.pair(caller, receiver));
    }

    private void end(String trigger, Members event, Instant receivedAt) {
        var data = event.in("data");
        var call = data.in("call");
        var sessionId = sessionId(data, call);
        var said = call.time("sentAt");
        var at = said == null || said.isAfter(receivedAt) ? receivedAt : said;
        once(keyOfEnd(event, trigger, sessionId), () -> (sessionId == null
                ? between(data, call, at)
                : Optional.of(new ForeignCall(PLATFORM, sessionId)))
                .ifPresent(ended -> wakeUps.stop(ended, new ForeignEnd(ForeignEnd.How.OVER, members(trigger, ended)))));
    }

    private static @Nullable String sessionId(Members data, Members call) {
        var flat = data.idOrNull("sessionId");
        return flat == null ? call.in("data").in("entities").in("on").in("entity").idOrNull("sessionid") : flat;
    }

    /// Most ends name no session. Who is `sender` and who `receiver` differs between them, so both orders are one pair.
    private Optional<ForeignCall> between(Members data, Members call, Instant at) {
        var one = data.has("call") ? call.idOrNull("sender") : data.in("sender").idOrNull("uid");
        var other = (data.has("call") ? call : data).idOrNull("receiver");
        return one == null || other == null
                ? Optional.empty()
                : wakeUps.newestBetween(PLATFORM, WakeUp.pair(one, other), at);
    }

    /// Null when nothing tells this end from the next one: to end twice does no harm.
    private static @Nullable String keyOfEnd(Members event, String trigger, @Nullable String sessionId) {
        var data = event.in("data");
        var call = data.in("call");
        if (sessionId != null) {
            return key(event, trigger, sessionId, data.raw("destroyed_at") + call.raw("sentAt"));
        }
        return call.has("id") ? key(event, trigger, call.raw("id"), call.raw("sentAt")) : null;
    }

    private static Map<String, String> members(String trigger, ForeignCall call) {
        var members = new LinkedHashMap<String, String>();
        members.put("type", trigger);
        members.put("sessionId", call.id());
        members.put("uuid", call.callId().toString());
        return members;
    }

    /// As CometChat documents its idempotency keys: `webhook + trigger + data.call.id + data.call.sentAt` and the like.
    private static String key(Members event, String trigger, String what, String when) {
        return String.join("\n", event.raw("webhook"), trigger, what, when);
    }

    private void once(@Nullable String key, Runnable action) {
        transaction.executeWithoutResult(_ -> {
            if (key == null || handled.take(PLATFORM, key)) {
                action.run();
            }
        });
    }
}
