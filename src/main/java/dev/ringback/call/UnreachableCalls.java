package dev.ringback.call;

import dev.ringback.telemetry.CallInHand;
import java.time.Clock;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Ends calls that ring into the void, if the operator wants that.
@Component
class UnreachableCalls {
    private final CallChanges changes;
    private final CallSettings settings;
    private final Clock clock;

    UnreachableCalls(CallChanges changes, CallSettings settings, Clock clock) {
        this.changes = changes;
        this.settings = settings;
        this.clock = clock;
    }

    @EventListener
    void found(NobodyReachable found) {
        if (settings.failFast()) {
            try (var _ = CallInHand.of(found.callId())) {
                changes.apply(new CallRef.ById(found.callId()),
                        call -> call.giveUpUnreachable(found.version(), clock.instant()));
            }
        }
    }
}
