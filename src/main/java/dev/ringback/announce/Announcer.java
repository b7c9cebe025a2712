package dev.ringback.announce;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.call.CallEvent;
import dev.ringback.call.CallEvent.Change;
import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallState;
import dev.ringback.call.CallWitness;
import dev.ringback.call.Reason;
import dev.ringback.device.DeviceRemoved;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

/// Writes down what endpoints are to be told, in the transaction in which it happens, and has it sent after the commit.
@Component
class Announcer implements CallWitness {
    private final Endpoints endpoints;
    private final Outbox outbox;
    private final Lanes lanes;
    private final JsonMapper json;
    private final Clock clock;

    Announcer(Endpoints endpoints, Outbox outbox, Lanes lanes, JsonMapper json, Clock clock) {
        this.endpoints = endpoints;
        this.outbox = outbox;
        this.lanes = lanes;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public boolean wants(CallEvent event) {
        return happening(event).map(happening -> !endpoints.of(happening.type()).isEmpty()).orElse(false);
    }

    @Override
    public void placed(CallSnapshot call) {
        var placed = new Happening(EventType.CALL_INITIATED, call.callId(), List.of(), call);
        if (call.state() == CallState.REJECTED) {
            // everybody is busy, and nobody was asked
            announce(List.of(placed, new Happening(EventType.CALL_REJECTED, call.callId(), calledBy(call), call)));
        } else {
            announce(List.of(placed));
        }
    }

    @Override
    public void changed(List<CallEvent> events) {
        announce(events.stream().map(Announcer::happening).flatMap(Optional::stream).toList());
    }

    @EventListener
    void removed(DeviceRemoved device) {
        announce(List.of(new Happening(EventType.DEVICE_REMOVED, null, List.of(), device)));
    }

    /// Something that an endpoint may want to know.
    ///
    /// @param userIds whose doing it was, or to whom it was done
    /// @param data the call, or what else it is about, as the API shows it
    record Happening(EventType type, @Nullable UUID callId, List<String> userIds, Object data) {}

    /// The body: Standard Webhooks, *Payload structure*.
    private record Body(String type, Instant timestamp,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> userIds, Object data) {}

    private void announce(List<Happening> happened) {
        var now = clock.instant();
        var messages = happened.stream().flatMap(happening -> messages(happening, now)).toList();
        if (messages.isEmpty()) {
            return;
        }
        outbox.write(messages, now);
        var told = messages.stream().map(Message.New::endpoint).collect(Collectors.toSet());
        var concerned = endpoints.all().stream().filter(endpoint -> told.contains(endpoint.id())).toList();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    lanes.look(concerned);
                }
            }
        });
    }

    private Stream<Message.New> messages(Happening happening, Instant now) {
        var concerned = endpoints.of(happening.type());
        if (concerned.isEmpty()) {
            return Stream.empty();
        }
        var eventId = UuidCreator.getTimeOrderedEpoch();
        var body = json.writeValueAsString(
                new Body(happening.type().word(), now, happening.userIds(), happening.data()));
        return concerned.stream()
                .map(endpoint -> new Message.New(eventId, endpoint.id(), happening.type(), happening.callId(), body));
    }

    /// Users who have blocked the caller know nothing of the call. One that was for nobody else is missed by nobody, and so
    /// only over: a backend that tells of missed calls must not tell of this one.
    static Optional<Happening> happening(CallEvent event) {
        var call = event.call();
        var users = usersOf(event.change()).stream().filter(call::hasParty).toList();
        return typeOf(event.change())
                .map(type -> type == EventType.CALL_MISSED && users.isEmpty() ? EventType.CALL_CANCELLED : type)
                .map(type -> new Happening(type, call.callId(), users, call));
    }

    /// Empty for what is no event of its own: that a call rings for more people than before.
    static Optional<EventType> typeOf(Change change) {
        return switch (change) {
            case Change.Rang _ -> Optional.empty();
            case Change.Acknowledged _ -> Optional.of(EventType.CALL_RINGING);
            case Change.Accepted _ -> Optional.of(EventType.CALL_ACCEPTED);
            case Change.Rejected _ -> Optional.of(EventType.CALL_REJECTED);
            case Change.Withdrawn(_, var reason) -> Optional.of(withdrawn(reason));
            case Change.Ended _ -> Optional.of(EventType.CALL_ENDED);
        };
    }

    private static EventType withdrawn(Reason reason) {
        return switch (reason) {
            case CALLER -> EventType.CALL_CANCELLED;
            case UNREACHABLE -> EventType.CALL_UNREACHABLE;
            case TIMEOUT, DECLINED, BUSY, ANSWERED_ELSEWHERE, DECLINED_ELSEWHERE, ENDED, MAX_LENGTH ->
                EventType.CALL_MISSED;
        };
    }

    private static List<String> usersOf(Change change) {
        return switch (change) {
            case Change.Rang(var userIds) -> userIds;
            case Change.Acknowledged(var userId) -> List.of(userId);
            case Change.Accepted(var userId, _) -> List.of(userId);
            case Change.Rejected(var userId, _) -> List.of(userId);
            case Change.Withdrawn(var userIds, _) -> userIds;
            case Change.Ended(var byUserId, _) -> byUserId == null ? List.of() : List.of(byUserId);
        };
    }

    private static List<String> calledBy(CallSnapshot call) {
        return call.invitations().stream().map(CallSnapshot.Invited::userId).toList();
    }
}
