package dev.ringback.trace;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.notify.DeliveryLog;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// Why one called user's devices rang, or did not.
///
/// @param rang whether a device of the user said that it rings
/// @param because in words
record Explanation(String userId, boolean rang, String because) {

    static List<Explanation> of(CallSnapshot call, List<Step> steps, List<DeliveryLog.Entry> deliveries) {
        return call.invitations().stream().map(invited -> of(call, invited, steps, deliveries)).toList();
    }

    private static Explanation of(CallSnapshot call, Invited invited, List<Step> steps,
            List<DeliveryLog.Entry> deliveries) {
        var userId = invited.userId();
        if (invited.ringingAt() != null) {
            return new Explanation(userId, true, "A device said that it rings, "
                    + Duration.between(call.createdAt(), invited.ringingAt()).toMillis() + " ms after the call began.");
        }
        var rings = deliveries.stream()
                .filter(d -> d.userId().equals(userId) && d.type().equals("incoming_call"))
                .toList();
        var sockets = toldSockets(userId, steps) ? "An open socket was told, and " : "No socket was open, and ";
        return new Explanation(userId, false, sockets + pushed(rings));
    }

    private static boolean toldSockets(String userId, List<Step> steps) {
        return steps.stream()
                .anyMatch(step -> step.step().equals("told_sockets") && userId.equals(step.userId())
                        && !"0 sockets".equals(step.detail()));
    }

    private static String pushed(List<DeliveryLog.Entry> rings) {
        if (rings.isEmpty()) {
            return "no device is registered.";
        }
        long sent = rings.stream().filter(d -> d.state().equals("sent")).count();
        if (sent > 0) {
            return "the push service took the ring for " + sent + " of " + rings.size()
                    + " devices, but none said that it rings.";
        }
        return "none of " + rings.size() + " devices could be pushed: " + rings.stream()
                .map(ring -> Objects.requireNonNullElse(ring.code(), ring.state()))
                .distinct()
                .collect(Collectors.joining(", ")) + ".";
    }
}
