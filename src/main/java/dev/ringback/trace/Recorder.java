package dev.ringback.trace;

import static java.util.stream.Collectors.joining;

import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallStep;
import dev.ringback.call.DeviceRings;
import dev.ringback.database.BatchWriter;
import dev.ringback.notify.RingTold;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/// Listens to what happens to calls and has it written down.
@Component
class Recorder {
    private static final String KINDS = " (";
    private static final Duration COLLECTED_FOR = Duration.ofMillis(200);

    private final BatchWriter<Step> writer;
    private final Clock clock;

    Recorder(Steps steps, Clock clock) {
        this.writer = new BatchWriter<>("ring trace", COLLECTED_FOR, steps::write);
        this.clock = clock;
    }

    @EventListener
    void step(CallStep step) {
        record(step.callId(), word(step.kind()), step.userId(), null, null, step.took());
    }

    @EventListener
    void told(RingTold told) {
        var silence = told.silence();
        record(told.callId(), silence == null ? Step.TOLD_SOCKETS : Step.SILENCED, told.userId(), null,
                silence == null ? sockets(told.sockets()) : word(silence), null);
    }

    @EventListener
    void rings(DeviceRings device) {
        record(device.callId(), "rings", device.userId(), device.deviceId(), null, null);
    }

    /// Before anybody is told of it, so that the steps stand in the order in which they happened.
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
    void changed(CallEvent event) {
        var call = event.call();
        switch (event.change()) {
            case Change.Rang(var userIds) -> changed(call, call.version() == 1 ? "committed" : "invited", userIds, "");
            case Change.Acknowledged _ -> {
                // each device that rings is a step of its own
            }
            case Change.Accepted(var userId, var deviceId) ->
                record(call.callId(), "accepted", userId, deviceId, "version " + call.version(), null);
            case Change.Rejected(var userId, var reason) ->
                changed(call, "rejected", List.of(userId), ", " + word(reason));
            case Change.Withdrawn(var userIds, var reason) ->
                changed(call, "withdrawn", userIds, ", " + word(reason));
            case Change.Ended(var byUserId, _) -> record(call.callId(), "ended", byUserId, null,
                    "version " + call.version(), null);
        }
    }

    /// The detail of the step; [Explanation] reads it.
    ///
    /// @param told how many of each kind
    static String sockets(Map<String, Integer> told) {
        var all = sockets(told.values().stream().mapToInt(Integer::intValue).sum());
        return told.isEmpty()
                ? all
                : told.entrySet()
                        .stream()
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(joining(", ", all + KINDS, ")"));
    }

    /// The same where the kinds are not to be told.
    static String sockets(int told) {
        return told + (told == 1 ? " socket" : " sockets");
    }

    static String withoutKinds(String detail) {
        int kinds = detail.indexOf(KINDS);
        return kinds < 0 ? detail : detail.substring(0, kinds);
    }

    @PreDestroy
    void close() {
        writer.close();
    }

    private void changed(CallSnapshot call, String step, List<String> userIds, String more) {
        userIds.forEach(
                userId -> record(call.callId(), step, userId, null, "version " + call.version() + more, null));
    }

    private void record(UUID callId, String step, @Nullable String userId, @Nullable String deviceId,
            @Nullable String detail, @Nullable Duration took) {
        // a trace that is full loses a line, never a call
        writer.offer(new Step(callId, clock.instant(), step, userId, deviceId, detail,
                took == null ? null : (int) took.toMillis()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
