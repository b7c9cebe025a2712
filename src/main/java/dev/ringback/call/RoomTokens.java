package dev.ringback.call;

import dev.ringback.room.RoomFailure;
import dev.ringback.room.RoomProvider;
import dev.ringback.telemetry.CallInHand;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/// Fresh room tokens for the parties of a call. A token is single-use, so none is kept or handed out twice.
@Component
class RoomTokens {
    private static final Logger LOG = LoggerFactory.getLogger(RoomTokens.class);
    private static final Duration PROVIDER_RETRY = Duration.ofSeconds(2);

    private final RoomProvider rooms;
    private final ApplicationEventPublisher events;

    RoomTokens(RoomProvider rooms, ApplicationEventPublisher events) {
        this.rooms = rooms;
        this.events = events;
    }

    /// A token for somebody who needs it to go on.
    ///
    /// @throws ProblemException `room_provider_unavailable` or `room_provider_rejected`
    String require(CallSnapshot call, String userId, String name) {
        try {
            return issue(call, userId, name);
        } catch (RoomFailure failure) {
            throw problem(failure);
        }
    }

    /// A token for somebody who can also ask for it later; empty, and a line in the log, when there is none now.
    Optional<String> offer(CallSnapshot call, String userId, String name) {
        try {
            return Optional.of(issue(call, userId, name));
        } catch (RoomFailure failure) {
            LOG.warn("No room token for call {} now: {}", call.callId(), failure.getMessage());
            return Optional.empty();
        }
    }

    boolean areSimulated() {
        return rooms.simulated();
    }

    /// What a failure of the provider means for a client.
    static ProblemException problem(RoomFailure failure) {
        LOG.warn("Room provider: {}", failure.getMessage());
        return switch (failure.kind()) {
            case UNAVAILABLE -> new ProblemException(ProblemCode.ROOM_PROVIDER_UNAVAILABLE).retryAfter(PROVIDER_RETRY);
            case REJECTED -> new ProblemException(ProblemCode.ROOM_PROVIDER_REJECTED);
        };
    }

    private String issue(CallSnapshot call, String userId, String name) {
        var roomId = call.roomId();
        if (roomId == null) {
            throw new IllegalStateException("call " + call.callId() + " never had a room");
        }
        var role = call.callerId().equals(userId) ? RoomProvider.Role.MODERATOR : RoomProvider.Role.PARTICIPANT;
        long asked = System.nanoTime();
        try (var _ = CallInHand.of(call.callId())) {
            var token = rooms.issueToken(new RoomProvider.TokenRequest(roomId, userId, name, role));
            step(call, CallStep.Kind.TOKEN_ISSUED, userId, asked);
            return token;
        } catch (RoomFailure failure) {
            step(call, CallStep.Kind.TOKEN_FAILED, userId, asked);
            throw failure;
        }
    }

    private void step(CallSnapshot call, CallStep.Kind kind, String userId, long asked) {
        events.publishEvent(
                new CallStep(call.callId(), kind, userId, Duration.ofNanos(System.nanoTime() - asked)));
    }
}
