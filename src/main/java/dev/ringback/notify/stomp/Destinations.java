package dev.ringback.notify.stomp;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that a client may name. What is not listed is refused.
final class Destinations {
    /// Where events come in.
    static final String CALLS = "/user/queue/calls";
    /// Where answers to the client's own commands come in.
    static final String REPLIES = "/user/queue/replies";

    static final Set<String> SUBSCRIBABLE = Set.of(CALLS, REPLIES);
    static final Set<String> COMMANDS = Stream
            .of("initiate", "accept", "token", "reject", "ignore", "invite", "cancel", "end", "ringing")
            .map(command -> "/app/call/" + command)
            .collect(Collectors.toUnmodifiableSet());

    private Destinations() {}

    /// [#CALLS] of one socket: the session's id in the user's place addresses that session alone.
    static String callsOf(String sessionId) {
        return "/user/" + sessionId + "/queue/calls";
    }
}
