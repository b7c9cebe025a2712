package dev.ringback.trace;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Something that happened to a call.
///
/// @param userId whom it was about, where it was about one user
/// @param tookMs how long it took, in milliseconds, where somebody else was asked
@JsonInclude(JsonInclude.Include.NON_NULL)
record Step(@JsonIgnore UUID callId, Instant at, String step, @Nullable String userId, @Nullable String deviceId,
        @Nullable String detail, @Nullable Integer tookMs) {}
