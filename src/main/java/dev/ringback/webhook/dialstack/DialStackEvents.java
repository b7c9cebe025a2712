package dev.ringback.webhook.dialstack;

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
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// What DialStack's events mean. An event that is none of these means nothing.
@Component
class DialStackEvents {
    static final String PLATFORM = "dialstack";

    private static final String WAKE_UP = "call.mobile_push_wakeup";
    private static final Map<String, ForeignEnd.How> ENDS = Map.of("call.answered", ForeignEnd.How.ANSWERED,
            "call.end", ForeignEnd.How.OVER);
    /// As long as DialStack holds a call for an app to wake up, from the moment at which it came.
    private static final Duration HELD = Duration.ofSeconds(30);

    private final HandledEvents handled;
    private final WakeUps wakeUps;
    private final TransactionTemplate transaction;

    DialStackEvents(HandledEvents handled, WakeUps wakeUps, TransactionTemplate transaction) {
        this.handled = handled;
        this.wakeUps = wakeUps;
        this.transaction = transaction;
    }

    /// Handles an event, once; returns when it is written down.
    ///
    /// @throws ProblemException `invalid_request` when a wake-up lacks what it takes to ring
    void handle(Members event, Instant receivedAt) {
        var type = event.raw("type");
        var how = ENDS.get(type);
        if (type.equals(WAKE_UP)) {
            var wakeUp = wakeUp(event, receivedAt);
            once(event, () -> wakeUps.ring(wakeUp, receivedAt));
        } else if (how != null) {
            var callId = event.in("data").idOrNull("call_id");
            // a call that has none is none that rings here
            if (callId != null) {
                once(event, () -> end(new ForeignCall(PLATFORM, callId), type, how));
            }
        }
    }

    private void once(Members event, Runnable action) {
        var id = event.id("id");
        transaction.executeWithoutResult(_ -> {
            if (handled.take(PLATFORM, id)) {
                action.run();
            }
        });
    }

    private static WakeUp wakeUp(Members event, Instant receivedAt) {
        var data = event.in("data");
        var call = new ForeignCall(PLATFORM, data.id("call_id"));
        var number = data.text("from_number");
        var name = data.text("from_name");
        var members = new LinkedHashMap<String, String>();
        members.put("type", WAKE_UP);
        members.put("call_id", call.id());
        members.put("from_number", number);
        members.put("from_name", name);
        members.put("to_number", data.text("to_number"));
        members.put("uuid", call.callId().toString());
        var beganAt = beganAt(data.time("ringing_at"), event.time("created_at"), receivedAt);
        return new WakeUp(call, data.id("user_id"), name.isEmpty() ? number : name, false, members, beganAt,
                beganAt.plus(HELD), null);
    }

    /// A clock that is ahead of ours makes no ring longer.
    private static Instant beganAt(@Nullable Instant ringingAt, @Nullable Instant createdAt, Instant receivedAt) {
        var said = ringingAt == null ? createdAt : ringingAt;
        return said == null || said.isAfter(receivedAt) ? receivedAt : said;
    }

    private void end(ForeignCall call, String type, ForeignEnd.How how) {
        var members = new LinkedHashMap<String, String>();
        members.put("type", type);
        members.put("call_id", call.id());
        members.put("uuid", call.callId().toString());
        wakeUps.stop(call, new ForeignEnd(how, members));
    }
}
