package dev.ringback.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Walks calls at random, legal and illegal commands and time alike, beside a small model of the rules.
class CallModelTests {
    private static final List<String> USERS = List.of("alice", "dave", "bob", "carol", "mallory");
    private static final List<String> DEVICES = List.of("phone", "tablet", "browser");
    private static final Duration MAX_LENGTH = Duration.ofMinutes(2);
    private static final int RING_SECONDS = 30;
    private static final int CALLS = 2_500;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void noCommandSequenceLeadsToAnIllegalState(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < CALLS; i++) {
            walk(random, "seed " + seed + ", call " + i);
        }
    }

    private static void walk(Random random, String where) {
        var caller = random.nextBoolean() ? "alice" : "dave";
        var called = random.nextBoolean() ? List.of("bob") : List.of("bob", "carol");
        var now = Instant.parse("2026-01-01T00:00:00Z");
        var call = new Call(new NewCall(UUID.randomUUID(), caller, caller, null, called, CallType.VIDEO, RING_SECONDS,
                TokenDelivery.ON_ACCEPT, null), "room", Reception.OPEN, BusyPolicy.RING, now);
        var model = new Model(caller, called, now.plusSeconds(RING_SECONDS));
        var story = new StringBuilder(where).append(": ").append(caller).append(" calls ").append(called);
        for (int step = 0; step < 15; step++) {
            now = now.plusSeconds(random.nextInt(12));
            var user = USERS.get(random.nextInt(USERS.size()));
            var device = random.nextInt(5) == 0 ? null : DEVICES.get(random.nextInt(DEVICES.size()));
            var command = Command.values()[random.nextInt(Command.values().length)];
            story.append("; ")
                    .append(now)
                    .append(' ')
                    .append(user)
                    .append('/')
                    .append(device)
                    .append(' ')
                    .append(command);
            var before = call.snapshot();
            var answer = kind(carryOut(call, command, user, device, now));
            assertThat(answer).as(story.toString()).isEqualTo(model.apply(command, user, device, now));
            check(call.snapshot(), model, story);
            if (!answer.equals("Done")) {
                assertThat(call.snapshot()).as(story.toString()).isEqualTo(before);
            }
        }
    }

    private static void check(CallSnapshot call, Model model, StringBuilder story) {
        assertThat(call.state()).as(story.toString()).isEqualTo(model.state);
        assertThat(call.reason()).as(story.toString()).isEqualTo(model.reason);
        var invitations = new TreeMap<String, InvitationState>();
        call.invitations().forEach(i -> invitations.put(i.userId(), i.state()));
        assertThat(invitations).as(story.toString()).isEqualTo(new TreeMap<>(model.invited));
        assertThat(call.endedAt() == null).as(story.toString()).isEqualTo(call.state().isLive());
        assertThat(call.state().isLive() || invitations.values().stream().noneMatch(s -> s == InvitationState.RINGING))
                .as(story.toString())
                .isTrue();
    }

    private enum Command {
        ACCEPT, ACCEPT_AGAIN, REJECT, IGNORE, RINGING, CANCEL, END, INVITE, SWEEP
    }

    private static Transition carryOut(Call call, Command command, String user, @Nullable String device, Instant now) {
        return switch (command) {
            case ACCEPT, ACCEPT_AGAIN -> call.accept(user, device, MAX_LENGTH, now);
            case REJECT -> call.reject(user, Reason.DECLINED, null, now);
            case IGNORE -> call.ignore(user, String.valueOf(device), now);
            case RINGING -> call.acknowledge(user, now);
            case CANCEL -> call.cancel(user, now);
            case END -> call.end(user, now);
            case INVITE -> call.invite(user, List.of("bob", "carol"), Reception.OPEN, now);
            case SWEEP -> call.expire(now);
        };
    }

    private static String kind(Transition transition) {
        return transition instanceof Transition.DoneQuietly ? "Done" : transition.getClass().getSimpleName();
    }

    /// The rules once more, as short as they can be said.
    private static final class Model {
        private final String caller;
        private final Map<String, InvitationState> invited = new LinkedHashMap<>();
        private final Map<String, Instant> deadlines = new LinkedHashMap<>();
        private final Map<String, String> winners = new LinkedHashMap<>();
        private final Set<String> acknowledged = new HashSet<>();
        private final Set<String> ignored = new HashSet<>();
        private CallState state = CallState.RINGING;
        private @Nullable Reason reason;
        private Instant longest = Instant.MAX;

        Model(String caller, List<String> called, Instant deadline) {
            this.caller = caller;
            called.forEach(user -> ring(user, deadline));
        }

        String apply(Command command, String user, @Nullable String device, Instant now) {
            var leg = invited.get(user);
            boolean inside = user.equals(caller) || leg == InvitationState.ACCEPTED;
            return switch (command) {
                case ACCEPT, ACCEPT_AGAIN -> {
                    if (leg == InvitationState.ACCEPTED && state.isLive()
                            && String.valueOf(device).equals(winners.get(user))) {
                        yield "Repeated";
                    }
                    yield answer(leg, () -> {
                        invited.put(user, InvitationState.ACCEPTED);
                        winners.put(user, String.valueOf(device));
                        longest = state == CallState.RINGING ? now.plus(MAX_LENGTH) : longest;
                        state = CallState.ACCEPTED;
                    });
                }
                case REJECT -> leg == InvitationState.REJECTED ? "Repeated" : answer(leg, () -> {
                    invited.put(user, InvitationState.REJECTED);
                    settle(Reason.DECLINED);
                });
                case IGNORE -> leg == InvitationState.RINGING && ignored.contains(user + device)
                        ? "Repeated"
                        : answer(leg, () -> ignored.add(user + device));
                case RINGING -> leg == InvitationState.RINGING && acknowledged.contains(user)
                        ? "Repeated"
                        : answer(leg, () -> acknowledged.add(user));
                case CANCEL -> !user.equals(caller)
                        ? "NotAParty"
                        : reason == Reason.CALLER ? "Repeated" : state != CallState.RINGING ? "NotActive" : done(() -> {
                            all(InvitationState.RINGING, InvitationState.CANCELLED);
                            finish(CallState.CANCELLED, Reason.CALLER);
                        });
                case END -> !inside
                        ? "NotAParty"
                        : state == CallState.ENDED
                                ? "Repeated"
                                : state != CallState.ACCEPTED ? "NotActive" : done(() -> over(Reason.ENDED));
                case INVITE -> !inside ? "NotAParty" : !state.isLive() ? "NotActive" : invite(now);
                case SWEEP -> sweep(now);
            };
        }

        private String answer(@Nullable InvitationState leg, Runnable change) {
            if (leg == null) {
                return "NotAParty";
            }
            if (!state.isLive()) {
                return "NotActive";
            }
            return switch (leg) {
                case RINGING -> done(change);
                case ACCEPTED, REJECTED -> "AnsweredElsewhere";
                case MISSED, CANCELLED -> "NotActive";
            };
        }

        private String invite(Instant now) {
            var rung = List.of("bob", "carol")
                    .stream()
                    .filter(u -> invited.get(u) != InvitationState.ACCEPTED)
                    .toList();
            return rung.isEmpty() ? "Repeated" : done(() -> rung.forEach(u -> ring(u, now.plusSeconds(RING_SECONDS))));
        }

        private String sweep(Instant now) {
            var late = invited.keySet()
                    .stream()
                    .filter(u -> invited.get(u) == InvitationState.RINGING
                            && !deadlines.getOrDefault(u, Instant.MAX).isAfter(now))
                    .toList();
            if (!late.isEmpty()) {
                return done(() -> {
                    late.forEach(u -> invited.put(u, InvitationState.MISSED));
                    settle(Reason.TIMEOUT);
                });
            }
            return state == CallState.ACCEPTED && !longest.isAfter(now)
                    ? done(() -> over(Reason.MAX_LENGTH))
                    : "Repeated";
        }

        private void settle(Reason why) {
            if (state == CallState.RINGING && !invited.containsValue(InvitationState.RINGING)) {
                boolean nobody = invited.values().stream().allMatch(s -> s == InvitationState.REJECTED);
                finish(nobody ? CallState.REJECTED : CallState.CANCELLED, nobody ? why : Reason.TIMEOUT);
            }
        }

        private void over(Reason why) {
            all(InvitationState.RINGING, InvitationState.MISSED);
            finish(CallState.ENDED, why);
        }

        private void finish(CallState last, Reason why) {
            state = last;
            reason = why;
        }

        private void ring(String user, Instant deadline) {
            invited.put(user, InvitationState.RINGING);
            deadlines.put(user, deadline);
            acknowledged.remove(user);
            ignored.removeIf(i -> i.startsWith(user));
        }

        private void all(InvitationState from, InvitationState to) {
            invited.replaceAll((_, s) -> s == from ? to : s);
        }

        private static String done(Runnable change) {
            change.run();
            return "Done";
        }
    }
}
