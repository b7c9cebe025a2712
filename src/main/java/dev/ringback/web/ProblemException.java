package dev.ringback.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Ends a request with a problem detail. Everything in it is shown to the client, so it must hold no secret.
public final class ProblemException extends RuntimeException {
    private final ProblemCode code;
    private final List<InvalidMember> members;
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private @Nullable Duration retryAfter;

    public ProblemException(ProblemCode code) {
        this(code, code.sentence());
    }

    public ProblemException(ProblemCode code, String detail) {
        this(code, detail, List.of());
    }

    private ProblemException(ProblemCode code, String detail, List<InvalidMember> members) {
        // a refusal is an answer, not a fault: nobody reads its stack trace
        super(detail, null, false, false);
        this.code = code;
        this.members = List.copyOf(members);
    }

    /// A member of the request is missing or wrong.
    ///
    /// @param member its name as the client wrote it, dotted when nested
    /// @param message what is wrong with it, without the value
    public static ProblemException invalid(String member, String message) {
        return invalid(List.of(new InvalidMember(member, message)));
    }

    /// Several members of the request are missing or wrong.
    public static ProblemException invalid(List<InvalidMember> members) {
        var first = members.getFirst();
        return new ProblemException(ProblemCode.INVALID_REQUEST, first.member() + " " + first.message(), members);
    }

    /// Adds a member of its own to the problem detail.
    public ProblemException with(String property, Object value) {
        properties.put(property, value);
        return this;
    }

    /// Tells the client when the same request may work.
    public ProblemException retryAfter(Duration delay) {
        this.retryAfter = delay;
        return this;
    }

    public ProblemCode code() {
        return code;
    }

    List<InvalidMember> members() {
        return members;
    }

    Map<String, Object> properties() {
        return properties;
    }

    /// At least one, so that nobody is sent into a loop.
    @Nullable
    Long retryAfterSeconds() {
        return retryAfter == null ? null : Math.max(1, retryAfter.toSeconds());
    }

    /// One wrong member of a request.
    public record InvalidMember(String member, String message) {}
}
