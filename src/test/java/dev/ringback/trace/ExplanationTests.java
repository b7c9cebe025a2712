package dev.ringback.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringback.call.CallSnapshot;
import dev.ringback.call.CallSnapshot.Invited;
import dev.ringback.call.CallState;
import dev.ringback.call.CallType;
import dev.ringback.call.Calls;
import dev.ringback.call.InvitationState;
import dev.ringback.call.TokenDelivery;
import dev.ringback.notify.DeliveryLog;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every reason why a phone rings, or does not, in the words that the caller reads.
class ExplanationTests {
    private static final Instant REQUESTED = Instant.parse("2026-03-01T12:00:00Z");
    private static final UUID CALL = Calls.lowestIdAt(REQUESTED);
    private static final String NEVER_SAID = " took the push, but the device never said that it rings: it may be off or"
            + " offline, not allow notifications, or its app not send \"ringing\".";

    @Test
    void aDeviceThatSaysSo() {
        var bob = new Leg(InvitationState.RINGING).ringing(312);
        var rings = step("rings", "phone", null);
        var explained = bob.explain(List.of(told(1), rings), ring("phone", "sent", null, 313, delivered()));
        assertThat(explained.rang()).isTrue();
        assertThat(explained.because()).isEqualTo("A device said that it rings, 312 ms after the request.");
        assertThat(explained.devices()).containsExactly(
                new Explanation.Device("phone", true, "It said that it rings, 313 ms after the request."));
    }

    @Test
    void theOtherDevicesSayWhyTheyDidNot() {
        var explained = new Leg(InvitationState.ACCEPTED).ringing(1_240)
                .explain(List.of(told(0), step("rings", "phone", null)),
                        ring("phone", "sent", null, 1_240, delivered()),
                        ring("tablet", "sent", null, null, delivered()));
        assertThat(explained.because()).isEqualTo("A device said that it rings, 1.24 s after the request.");
        assertThat(explained.devices()).extracting(Explanation.Device::rang).containsExactly(true, false);
        assertThat(explained.devices().getLast().because()).isEqualTo("FCM" + NEVER_SAID);
    }

    @Test
    void nothingToRing() {
        assertThat(missed(0)).isEqualTo("No socket was open, and no device is registered for pushes.");
    }

    @Test
    void socketsThatDoNotAcknowledge() {
        assertThat(missed(1)).isEqualTo(
                "1 open socket was told but no app said that it rings, and no device is registered for pushes.");
        assertThat(missed(3)).isEqualTo(
                "3 open sockets were told but no app said that it rings, and no device is registered for pushes.");
    }

    @Test
    void aCallUnderWayIsNotSaidToHaveFailed() {
        var ringing = new Leg(InvitationState.RINGING);
        assertThat(ringing.explain(List.of(told(2)), ring("phone", "sending", null, null)).because()).isEqualTo(
                "2 open sockets were told but no app has said yet that it rings, and the one device has not rung yet: its push is on its way.");
        assertThat(ringing.explain(List.of(told(0)), ring("phone", "sent", null, null, delivered())).because())
                .isEqualTo(
                        "No socket was open, and the one device has not rung yet: FCM took the push, but the device has not said yet that it rings.");
    }

    @Test
    void aTraceThatIsNotKeptClaimsNothingOfSockets() {
        assertThat(new Leg(InvitationState.MISSED).explain(List.of(), ring("phone", "failed", "channel_off", null))
                .because()).isEqualTo(
                        "The one device has not rung: the push channel for its platform is off (no credentials are set for it).");
    }

    @Test
    void devicesWithTheSameCauseShareIt() {
        var explained = new Leg(InvitationState.MISSED).explain(List.of(told(0)),
                ring("a", "failed", "channel_off", null), ring("b", "failed", "channel_off", null),
                ring("c", "sent", null, null, delivered()));
        assertThat(explained.because()).isEqualTo("No socket was open, and none of 3 devices has rung: for 2, the push"
                + " channel for its platform is off (no credentials are set for it); for 1, FCM" + NEVER_SAID);
        assertThat(explained.devices()).hasSize(3);
    }

    @Test
    void whoIsRungAgainIsExplainedByTheLastRing() {
        assertThat(new Leg(InvitationState.MISSED).explain(List.of(told(0)),
                ring("phone", "dropped", "overtaken", null), ring("phone", "sent", null, null, delivered())).because())
                .isEqualTo("No socket was open, and the one device has not rung: FCM" + NEVER_SAID);
    }

    @Test
    void stopsAreNoRings() {
        var stop = new Delivered(
                new DeliveryLog.Entry(UUID.randomUUID(), "bob", "phone", null, "call_missed", "sent", null,
                        REQUESTED, null, null),
                List.of(delivered()));
        assertThat(new Leg(InvitationState.MISSED).explain(List.of(told(0)), stop).devices()).isEmpty();
    }

    @Test
    void aSocketThatOpensDuringTheRingIsToldAndHasNotRung() {
        var explained = new Leg(InvitationState.MISSED).explain(List.of(told(0)),
                ring("phone", "sent", null, 800, delivered()));
        assertThat(explained.devices()).containsExactly(new Explanation.Device("phone", false,
                "Its app connected while it rang and was told, but never said that it rings."));
    }

    @Test
    void ofAnOnlyDeviceThatIsSaidOfItsUser() {
        var awake = " Its app was awake 2.10 s after its push was sent.";
        assertThat(new Leg(InvitationState.RINGING).ringing(2_400)
                .explain(List.of(told(0), step("rings", "phone", null)),
                        woken("phone", "sent", null, 2_400, 2_100, delivered()))
                .because()).isEqualTo("A device said that it rings, 2.40 s after the request." + awake);
        assertThat(new Leg(InvitationState.MISSED)
                .explain(List.of(told(0)), woken("phone", "sent", null, 2_100, 2_100, delivered()))
                .because()).isEqualTo(
                        "No socket was open, and the one device has not rung: its app connected while it rang and was told, but never said that it rings."
                                + awake);
    }

    /// The attempts of these tests are made at the moment of the request.
    @Test
    void aDeviceThatWokeSaysHowLongThatTook() {
        var explained = new Leg(InvitationState.RINGING).ringing(2_400)
                .explain(List.of(told(0), step("rings", "phone", null)),
                        woken("phone", "sent", null, 2_400, 2_100, delivered()),
                        woken("tablet", "sent", null, 800, 800, attempt("fcm try_later 503"), delivered(), delivered()),
                        woken("laptop", "waiting", "on_socket", 700, 700));
        assertThat(explained.devices()).containsExactly(
                new Explanation.Device("phone", true,
                        "It said that it rings, 2.40 s after the request. Its app was awake 2.10 s after its push was sent."),
                new Explanation.Device("tablet", false,
                        "Its app connected while it rang and was told, but has not said yet that it rings."
                                + " Its app was awake 800 ms after its push was sent."),
                new Explanation.Device("laptop", false,
                        "Its app connected while it rang and was told, but has not said yet that it rings."));
    }

    @Test
    void aPushThatWasSentLaterWokeNobody() {
        var ring = woken("phone", "sent", null, 800, -1, delivered());
        assertThat(ring.wakeMs()).isNull();
        assertThat(woken("phone", "sent", null, 800, 0, delivered()).wakeMs()).isZero();
    }

    @Test
    void answersWithoutARing() {
        assertThat(new Leg(InvitationState.ACCEPTED).answered(2_000).explain(List.of(told(1))).because())
                .isEqualTo("The user answered, 2.00 s after the request, though no device had said that it rings.");
        assertThat(new Leg(InvitationState.REJECTED).answered(40)
                .explain(List.of(told(1), step("rejected", null, "version 2, declined")))
                .because()).isEqualTo(
                        "The user declined, 40 ms after the request, though no device had said that it rings.");
    }

    @Test
    void whoIsInAnotherCallIsNotRung() {
        var busy = new Leg(InvitationState.REJECTED).answered(3).busy();
        assertThat(busy.explain(List.of()).because()).startsWith("Nothing was rung: the user was in another call")
                .contains("ringback.call.busy=reject");
        assertThat(busy.explain(List.of(told(1), step("rejected", null, "version 2, busy"))).because())
                .startsWith("The user declined");
    }

    @Test
    void callsOfEachOtherNeedNoRing() {
        assertThat(new Leg(InvitationState.ACCEPTED).answered(5).glare().explain(List.of()).because())
                .isEqualTo("Nothing had to ring: the users called each other, and the two calls became one.");
    }

    /// Where a ring's delivery stands, with its attempts as `channel outcome code`, from first to last.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            failed  | channel_off  | -                                | The push channel for its platform is off (no credentials are set for it).
            failed  | no_token     | -                                | It had no token left.
            failed  | no_token     | fcm try_later 503                | FCM was in trouble (503), and then it had no token left.
            failed  | UNREGISTERED | fcm dead_token UNREGISTERED      | FCM says that its token is dead (UNREGISTERED), but the token was kept.
            failed  | UNREGISTERED | fcm dead_token UNREGISTERED gone | FCM says that its token is dead (UNREGISTERED), so the token was removed.
            failed  | 410          | web-push dead_token 410 gone     | The browser's push service says that its token is dead (410), so the token was removed.
            failed  | BadTopic     | apns refused BadTopic            | APNs refused the push (BadTopic), which is a matter of credentials or settings and not of the token (see GET /api/push/check).
            failed  | redirect     | web-push refused redirect        | The browser's push service answered with a redirect, which is not followed.
            failed  | address_not_allowed | web-push refused address_not_allowed | Its subscription's address is not one of an allowed push service.
            failed  | subscription_keys | web-push refused subscription_keys | The keys of its subscription cannot be used.
            failed  | timeout      | fcm try_later timeout            | FCM did not answer in time.
            failed  | connection   | apns try_later connection        | APNs could not be reached.
            failed  | unreadable   | fcm try_later unreadable         | What answered was not FCM.
            failed  | failure      | fcm try_later failure            | The channel failed on the way to FCM (the log says how).
            waiting | interrupted  | fcm try_later interrupted        | The service was stopped while it asked FCM, and it is tried again.
            waiting | 429          | web-push try_later 429           | The browser's push service takes no more pushes for now (429), and it is tried again.
            waiting | QUOTA_EXCEEDED | fcm try_later QUOTA_EXCEEDED   | FCM takes no more pushes for now (QUOTA_EXCEEDED), and it is tried again.
            waiting | UNAVAILABLE  | fcm try_later UNAVAILABLE        | FCM was in trouble (UNAVAILABLE), and it is tried again.
            waiting | circuit_open | -                                | Its push service answered nobody lately and was not asked (circuit_open), and it is tried again.
            failed  | circuit_open | fcm try_later timeout            | FCM answered nobody lately and was not asked (circuit_open).
            waiting | on_socket    | -                                | Its socket was told, and a push follows if it does not say that it rings.
            failed  | too_late     | -                                | The deadline passed before it could be pushed.
            failed  | too_late     | fcm try_later timeout            | FCM did not answer in time, and then the deadline passed before it could be pushed.
            dropped | overtaken    | -                                | The ring was over before it could be pushed.
            dropped | overtaken    | fcm try_later timeout,fcm try_later 503 | FCM was in trouble (503), and then the ring was over before it could be pushed.
            dropped | ignored      | -                                | The device was silenced (ignored) before it could be pushed.
            sent    | ignored      | fcm delivered                    | FCM took the push, and then the device was silenced (ignored).
            sending | UNREGISTERED | apns dead_token Unregistered gone | APNs says that its token is dead (Unregistered), so the token was removed, and it is tried again.
            sent    | unacknowledged | apns delivered,apns delivered  | APNs took the push, but the device never said that it rings: it may be off or offline, not allow notifications, or its app not send "ringing".
            sent    | 503          | apns delivered,apns try_later 503 | APNs took the push, but the device never said that it rings: it may be off or offline, not allow notifications, or its app not send "ringing".
            sent    | -            | -                                | The push service took the push, but the device never said that it rings: it may be off or offline, not allow notifications, or its app not send "ringing".
            failed  | NewWord      | -                                | It could not be pushed (NewWord).
            """)
    void whatBecameOfADevicesRing(String state, @Nullable String code, @Nullable String attempts, String words) {
        var tries = attempts == null
                ? List.<Delivered.Attempt>of()
                : Arrays.stream(attempts.split(",", -1)).map(ExplanationTests::attempt).toList();
        var explained = new Leg(InvitationState.MISSED).explain(List.of(told(0)),
                ring("phone", state, code, null, tries.toArray(Delivered.Attempt[]::new)));
        assertThat(explained.devices()).containsExactly(new Explanation.Device("phone", false, words));
        assertThat(explained.because()).startsWith("No socket was open, and the one device has not rung: ")
                .endsWith(words.substring(1));
    }

    private static String missed(int sockets) {
        return new Leg(InvitationState.MISSED).explain(List.of(told(sockets))).because();
    }

    private static Step told(int sockets) {
        return step("told_sockets", null, Recorder.sockets(sockets));
    }

    private static Step step(String word, @Nullable String deviceId, @Nullable String detail) {
        return new Step(CALL, REQUESTED.plusMillis(10), word, "bob", deviceId, detail, null);
    }

    private static Delivered ring(String device, String state, @Nullable String code, @Nullable Integer rangAfterMs,
            Delivered.Attempt... attempts) {
        return woken(device, state, code, rangAfterMs, null, attempts);
    }

    private static Delivered woken(String device, String state, @Nullable String code, @Nullable Integer rangAfterMs,
            @Nullable Integer wokeAfterMs, Delivered.Attempt... attempts) {
        return new Delivered(
                new DeliveryLog.Entry(UUID.randomUUID(), "bob", device, null, "incoming_call", state, code, REQUESTED,
                        rangAfterMs == null ? null : REQUESTED.plusMillis(rangAfterMs),
                        wokeAfterMs == null ? null : REQUESTED.plusMillis(wokeAfterMs)),
                List.of(attempts));
    }

    private static Delivered.Attempt delivered() {
        return attempt("fcm delivered");
    }

    private static Delivered.Attempt attempt(String words) {
        var word = words.split(" ", -1);
        return new Delivered.Attempt(REQUESTED, word[0], "android", "…oken", word[1], word.length > 2 ? word[2] : null,
                null, word.length > 3 ? true : null, 20);
    }

    /// Bob's part of a call.
    private record Leg(InvitationState state, @Nullable Instant ringingAt, @Nullable Instant answeredAt, boolean isBusy,
            boolean isGlare) {

        Leg(InvitationState state) {
            this(state, null, null, false, false);
        }

        Leg ringing(int afterMs) {
            return new Leg(state, REQUESTED.plusMillis(afterMs), answeredAt, isBusy, isGlare);
        }

        Leg answered(int afterMs) {
            return new Leg(state, ringingAt, REQUESTED.plusMillis(afterMs), isBusy, isGlare);
        }

        Leg busy() {
            return new Leg(state, ringingAt, answeredAt, true, isGlare);
        }

        Leg glare() {
            return new Leg(state, ringingAt, answeredAt, isBusy, true);
        }

        Explanation explain(List<Step> steps, Delivered... deliveries) {
            var deadline = REQUESTED.plusSeconds(45);
            var bob = new Invited("bob", state, ringingAt, answeredAt, deadline, null, isBusy, List.of(), null);
            var call = new CallSnapshot(CALL, "room", CallState.RINGING, null, null, 1, CallType.VIDEO, "alice",
                    "Alice",
                    "bob", List.of(bob), REQUESTED.plusMillis(8), deadline, answeredAt, null, null,
                    TokenDelivery.ON_ACCEPT, isGlare, null);
            return Explanation.of(call, steps, List.of(deliveries)).getFirst();
        }
    }
}
