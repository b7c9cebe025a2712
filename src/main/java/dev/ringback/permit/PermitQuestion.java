package dev.ringback.permit;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/// What the operator's backend is asked: may this call ring for these users?
///
/// @param callId the call's, though it may never come to be
/// @param callerId the call's caller
/// @param calledIds for whom it is to ring
/// @param callType `video` or `audio`
/// @param invitedBy the party of a running call that adds these users to it; null when the call is new
@JsonNaming(SnakeCaseStrategy.class)
public record PermitQuestion(UUID callId, String callerId, String callerName, List<String> calledIds, String callType,
        @Nullable String invitedBy) {

    public PermitQuestion {
        calledIds = List.copyOf(calledIds);
    }
}
