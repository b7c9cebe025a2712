package dev.ringback.call;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.ringback.identity.Requester;
import dev.ringback.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Checks what a caller asks for beyond what each member can say of itself, and fills in the defaults.
@Component
class NewCalls {
    private static final int MAX_CUSTOM_BYTES = 2048;
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final CallSettings settings;
    private final JsonMapper json;
    private final Clock clock;

    NewCalls(CallSettings settings, JsonMapper json, Clock clock) {
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /// @throws ProblemException when the request does not make a call
    NewCall from(Requester requester, CallRequests.Initiate request) {
        var callerId = requester.actingAs(request.callerId(), "caller_id");
        return new NewCall(UuidCreator.getTimeOrderedEpoch(clock.instant()), callerId,
                requester.displayName(request.callerName(), callerId), request.deviceId(),
                calledIds(request, callerId),
                Objects.requireNonNullElse(request.callType(), CallType.VIDEO),
                Objects.requireNonNullElse(request.ringTimeout(), (int) settings.ringTimeout().toSeconds()),
                Objects.requireNonNullElse(request.tokenDelivery(), settings.tokenDelivery()),
                custom(request.custom()));
    }

    /// The caller's key for this request, or null when the client sent none.
    ///
    /// @throws ProblemException when the key has no usable form
    IdempotencyKeys.@Nullable Key key(@Nullable String header, NewCall call, CallRequests.Initiate request) {
        if (header == null) {
            return null;
        }
        if (!KEY.matcher(header).matches()) {
            throw ProblemException.invalid("Idempotency-Key", "must have 1 to 255 visible ASCII characters");
        }
        return new IdempotencyKeys.Key(call.callerId(), header, sha256(json.writeValueAsBytes(request)));
    }

    private static List<String> calledIds(CallRequests.Initiate request, String callerId) {
        var one = request.calledId();
        var several = request.calledIds();
        if (one != null && several != null) {
            throw ProblemException.invalid("called_ids", "cannot be given beside called_id");
        }
        var member = several == null ? "called_id" : "called_ids";
        var called = several != null
                ? List.copyOf(new LinkedHashSet<>(several))
                : one != null ? List.of(one) : List.<String>of();
        if (called.isEmpty()) {
            throw ProblemException.invalid("called_id", "or called_ids is needed");
        }
        if (called.contains(callerId)) {
            throw ProblemException.invalid(member, "must not hold the caller");
        }
        return called;
    }

    private static @Nullable String custom(@Nullable ObjectNode custom) {
        if (custom == null) {
            return null;
        }
        var text = custom.toString();
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_CUSTOM_BYTES) {
            throw ProblemException.invalid("custom", "must not be longer than 2048 bytes as JSON");
        }
        return text;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("every JDK has SHA-256", failure);
        }
    }
}
