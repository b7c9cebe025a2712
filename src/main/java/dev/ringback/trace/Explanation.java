package dev.ringback.trace;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.Calls;
import dev.ringback.call.InvitationState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Why one called user's devices rang, or did not.
///
/// @param rang whether a device of the user said that it rings
/// @param because in words
/// @param devices those that were to be pushed; what went to brokers stands in the words
record Explanation(String userId, boolean rang, String because, List<Device> devices) {
    private static final int IN_SECONDS_FROM_MS = 1_000;

    /// Why one device rang, or did not.
    ///
    /// @param because in words
    record Device(String deviceId, boolean rang, String because) {}

    Explanation {
        devices = List.copyOf(devices);
    }

    static List<Explanation> of(CallSnapshot call, List<Step> steps, List<Delivered> deliveries) {
        return call.invitations()
                .stream()
                .map(invited -> new Case(call, invited, steps, deliveries).explain())
                .toList();
    }

    /// What is known of one called user's ring.
    private record Case(CallSnapshot call, Invited invited, List<Step> steps, Collection<Delivered> rings,
            List<Delivered> published) {

        Case(CallSnapshot call, Invited invited, List<Step> steps, List<Delivered> deliveries) {
            this(call, invited, steps.stream().filter(step -> invited.userId().equals(step.userId())).toList(),
                    latestRings(invited.userId(), deliveries), published(invited.userId(), deliveries));
        }

        /// Who is rung once more has rings of before.
        private static Collection<Delivered> latestRings(String userId, List<Delivered> deliveries) {
            var rings = new LinkedHashMap<String, Delivered>();
            deliveries.stream()
                    .filter(d -> d.entry().userId().equals(userId) && d.entry().type().equals("incoming_call"))
                    .filter(d -> d.entry().broker() == null)
                    .forEach(ring -> rings.put(ring.deviceId(), ring));
            return rings.values();
        }

        private static List<Delivered> published(String userId, List<Delivered> deliveries) {
            return deliveries.stream()
                    .filter(d -> d.entry().userId().equals(userId) && d.entry().type().equals("incoming_call"))
                    .filter(d -> d.entry().broker() != null)
                    .toList();
        }

        Explanation explain() {
            var only = rings.size() == 1 ? awake(rings.iterator().next()) : "";
            return new Explanation(invited.userId(), invited.ringingAt() != null, because() + only,
                    rings.stream().map(this::device).toList());
        }

        private String because() {
            if (invited.ringingAt() != null) {
                return "A device said that it rings, " + since(invited.ringingAt()) + ".";
            }
            var answeredAt = invited.answeredAt();
            if (refusedAsBusy()) {
                return "Nothing was rung: the user was in another call, and the service refuses such calls (ringback.call.busy=reject).";
            }
            if (invited.state() == InvitationState.ACCEPTED && call.glare()) {
                return "Nothing had to ring: the users called each other, and the two calls became one.";
            }
            if (answeredAt != null) {
                return (invited.state() == InvitationState.ACCEPTED ? "The user answered, " : "The user declined, ")
                        + since(answeredAt) + ", though no device had said that it rings.";
            }
            return silenced().orElseGet(() -> capitalised(sockets() + brokers() + pushes()) + ".");
        }

        /// If the last ring was.
        private Optional<String> silenced() {
            return steps.stream()
                    .filter(step -> step.isSilenced() || step.step().equals(Step.TOLD_SOCKETS))
                    .reduce((_, later) -> later)
                    .filter(Step::isSilenced)
                    .map(step -> "blocked".equals(step.detail())
                            ? "Nothing was rung: the user has blocked who rang."
                            : "Nothing was rung: the user did not want to be disturbed.");
        }

        private boolean refusedAsBusy() {
            return invited.busy() && invited.state() == InvitationState.REJECTED && rings.isEmpty()
                    && steps.stream().noneMatch(s -> s.step().equals(Step.TOLD_SOCKETS) || s.step().equals("rejected"));
        }

        private String sockets() {
            var told = steps.stream().filter(step -> step.step().equals(Step.TOLD_SOCKETS)).toList();
            if (told.isEmpty()) {
                return "";
            }
            var sockets = Recorder.withoutKinds(String.valueOf(told.getLast().detail()));
            var silent = " told but no app " + (isRinging() ? "has said yet" : "said") + " that it rings, and ";
            return switch (sockets) {
                case "0 sockets" -> "no socket was open, and ";
                case "1 socket" -> "1 open socket was" + silent;
                default -> sockets.replace(" ", " open ") + " were" + silent;
            };
        }

        private String brokers() {
            return published.stream().map(ring -> Cause.atBroker(ring) + ", and ").collect(Collectors.joining());
        }

        private String pushes() {
            if (rings.isEmpty()) {
                return "no device is registered for pushes";
            }
            var causes = rings.stream()
                    .collect(Collectors.groupingBy(ring -> Cause.of(ring, isRinging()), LinkedHashMap::new,
                            Collectors.counting()));
            var none = (rings.size() == 1
                    ? "the one device has not rung"
                    : "none of " + rings.size() + " devices has rung")
                    + (isRinging() ? " yet: " : ": ");
            return causes.size() == 1
                    ? none + causes.keySet().iterator().next()
                    : none + causes.entrySet()
                            .stream()
                            .map(cause -> "for " + cause.getValue() + ", " + cause.getKey())
                            .collect(Collectors.joining("; "));
        }

        private Device device(Delivered ring) {
            var deviceId = ring.deviceId();
            var at = ring.entry().acknowledgedAt();
            // a socket that opens during the ring counts as told, and says nothing by itself
            boolean rang = at != null && steps.stream()
                    .anyMatch(s -> s.step().equals("rings")
                            && (s.deviceId() == null || s.deviceId().equals(deviceId)));
            return new Device(deviceId, rang, (rang && at != null
                    ? "It said that it rings, " + since(at) + "."
                    : capitalised(Cause.of(ring, isRinging())) + ".") + awake(ring));
        }

        private static String awake(Delivered ring) {
            return ring.wakeMs() == null
                    ? ""
                    : " Its app was awake " + duration(ring.wakeMs()) + " after its push was sent.";
        }

        private boolean isRinging() {
            return invited.state() == InvitationState.RINGING;
        }

        private String since(Instant moment) {
            return duration(Math.max(0, Duration.between(Calls.receivedAt(call), moment).toMillis()))
                    + " after the request";
        }

        private static String duration(long ms) {
            return ms < IN_SECONDS_FROM_MS
                    ? ms + " ms"
                    : String.format(Locale.ROOT, ms < 10 * IN_SECONDS_FROM_MS ? "%.2f s" : "%.1f s",
                            ms / (double) IN_SECONDS_FROM_MS);
        }

        private static String capitalised(String clause) {
            return clause.isEmpty() ? clause : clause.substring(0, 1).toUpperCase(Locale.ROOT) + clause.substring(1);
        }
    }
}
